import { SqsError } from './sqs-error.ts';

export type Parameters = Readonly<Record<string, unknown>>;

/** @throws SqsError MalformedInput */
export function parametersIn(body: Buffer): Parameters {
  try {
    const parameters = JSON.parse(body.toString()) as unknown;
    if (isParameters(parameters)) return parameters;
  } catch {
    // Falls through to the error that both kinds of bad bodies get.
  }
  throw new SqsError('MalformedInput', 'The body must be a JSON object.');
}

/** What is not honoured is refused by name, rather than accepted and forgotten. */
export function refuseOthers(parameters: Parameters, honoured: readonly string[]): void {
  const others = Object.keys(parameters).filter((name) => !honoured.includes(name) && !isNothing(parameters[name]));
  if (others.length === 0) return;
  throw new SqsError('NotImplemented', `The local SQS does not implement the parameter ${others.join(', ')}.`);
}

export function optionalString(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new SqsError('MalformedInput', `${name} must be a string, not ${typeof value}.`);
}

export function requiredString(parameters: Parameters, name: string): string {
  const value = optionalString(parameters, name);
  if (value !== undefined && value !== '') return value;
  throw new SqsError('MissingParameter', `The request must contain the parameter ${name}.`);
}

/** A whole number within both ends of the range. */
export function optionalInteger(parameters: Parameters, name: string, min: number, max: number): number | undefined {
  const value = parameters[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new SqsError(
    'InvalidParameterValue',
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${min} and ${max}, if provided.`,
  );
}

export function strings(parameters: Parameters, name: string): readonly string[] {
  const value = parameters[name] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new SqsError('MalformedInput', `${name} must be an array of strings.`);
}

export function entries(parameters: Parameters, name: string): readonly Parameters[] {
  const value = parameters[name] ?? [];
  if (Array.isArray(value) && value.every(isParameters)) return value;
  throw new SqsError('MalformedInput', `${name} must be an array of objects.`);
}

function isParameters(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A parameter that asks for nothing beyond what is done anyway. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === 0 || JSON.stringify(value) === '{}';
}
