import { LambdaError } from './lambda-error.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** @throws LambdaError InvalidRequestContentException */
export function fieldsIn(body: Buffer): Fields {
  if (body.length === 0) return {};
  try {
    const fields = JSON.parse(body.toString()) as unknown;
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) return fields as Fields;
  } catch {
    // Falls through to the error that both kinds of bad bodies get.
  }
  throw new LambdaError('InvalidRequestContentException', 'The request body must be a JSON object.');
}

/** What is not honoured is refused by name, rather than accepted and forgotten. */
export function refuseOthers(fields: Fields, honoured: readonly string[], operation: string): void {
  const others = Object.keys(fields).filter((name) => fields[name] !== undefined && !honoured.includes(name));
  if (others.length === 0) return;
  throw new LambdaError('NotImplemented', `The local Lambda does not implement ${others.join(', ')} of ${operation}.`);
}

export function stringField(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw new LambdaError('InvalidParameterValueException', `${name} must be a string, not ${typeof value}.`);
}

export function requiredStringField(fields: Fields, name: string): string {
  const value = stringField(fields, name);
  if (value !== undefined && value !== '') return value;
  throw new LambdaError('InvalidParameterValueException', `${name} is required.`);
}

export function numberField(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  throw new LambdaError('InvalidParameterValueException', `${name} must be a number, not ${typeof value}.`);
}

export function objectField(fields: Fields, name: string): Fields | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw new LambdaError('InvalidParameterValueException', `${name} must be an object.`);
}
