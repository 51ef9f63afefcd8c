import { LogsError } from './logs-error.ts';

export type Parameters = Readonly<Record<string, unknown>>;

export function optionalString(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  return value;
}

export function requiredString(parameters: Parameters, name: string): string {
  const value = optionalString(parameters, name);
  if (value === undefined || value === '') {
    throw new LogsError('InvalidParameterException', `${name} is required and must not be empty.`);
  }
  return value;
}

/** A whole number within both ends of the range. */
export function optionalInteger(parameters: Parameters, name: string, min: number, max: number): number | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(name, 'a whole number', value);
  if (value < min || value > max) {
    throw new LogsError(
      'InvalidParameterException',
      `${name} is ${String(value)}; it must be between ${String(min)} and ${String(max)}.`,
    );
  }
  return value;
}

export function optionalBoolean(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false', value);
  return value;
}

export function optionalStrings(
  parameters: Parameters,
  name: string,
  maxLength: number,
): readonly string[] | undefined {
  const value = parameters[name];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw wrongType(name, 'an array of strings', value);
  }
  if (value.length > maxLength) {
    throw new LogsError(
      'InvalidParameterException',
      `${name} has ${String(value.length)} items; at most ${String(maxLength)} are allowed.`,
    );
  }
  return value;
}

function wrongType(name: string, wanted: string, found: unknown): LogsError {
  return new LogsError('InvalidParameterException', `${name} must be ${wanted}, not ${typeof found}.`);
}
