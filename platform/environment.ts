import { ConfigurationError } from './configuration-error.ts';

/**
 * Reads a process's environment once, at its entry point, into a frozen typed record.
 *
 * A component declares its names in an `environment.ts` as a schema of fields. The entry point reads with it; whoever
 * writes the variables (a construct, a test) is checked against `WrittenEnvironment<typeof schema>`, so a renamed
 * variable breaks the build and not the deployment.
 */
export interface Field<T> {
  /** What a right value looks like, for the message about a missing one. */
  readonly expected: string;
  /** Throws an Error whose message says what is wrong and what would be right. */
  readonly parse: (text: string) => T;
}

/** A field that may be absent. */
export interface DefaultedField<T> extends Field<T> {
  readonly defaultValue: T;
}

export type Schema = Readonly<Record<string, Field<unknown>>>;

/** What the entry point gets. */
export type Environment<S extends Schema> = {
  readonly [Name in keyof S]: S[Name] extends Field<infer T> ? T : never;
};

type DefaultedNames<S extends Schema> = { [N in keyof S]: S[N] extends DefaultedField<unknown> ? N : never }[keyof S];

/** What the writer of the environment must supply: every name as text, the defaulted ones if it likes. */
export type WrittenEnvironment<S extends Schema> = {
  readonly [Name in Exclude<keyof S, DefaultedNames<S>>]: string;
} & { readonly [Name in DefaultedNames<S>]?: string };

/** Every problem at once, so that a wrong deployment is corrected in one go. */
export class InvalidEnvironmentError extends ConfigurationError {
  override readonly name = 'InvalidEnvironmentError';
}

/** @throws InvalidEnvironmentError naming every missing or invalid variable. An empty variable counts as missing. */
export function readEnvironment<S extends Schema>(
  schema: S,
  source: Readonly<Record<string, string | undefined>>,
): Environment<S> {
  const values: Record<string, unknown> = {};
  const problems: string[] = [];
  for (const [name, field] of Object.entries(schema)) {
    const text = source[name];
    try {
      if (text !== undefined && text !== '') values[name] = field.parse(text);
      else if (isDefaulted(field)) values[name] = field.defaultValue;
      else problems.push(`${name} is missing: expected ${field.expected}`);
    } catch (error) {
      problems.push(`${name} ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (problems.length > 0) throw new InvalidEnvironmentError(problems);
  return Object.freeze(values) as Environment<S>;
}

function isDefaulted(field: Field<unknown>): field is DefaultedField<unknown> {
  return 'defaultValue' in field;
}

export function string(): Field<string> {
  return { expected: 'text', parse: (text) => text };
}

/** A whole decimal number from `min` to `max`, both included. Name its unit in the variable (`…_MS`). */
export function integer({ min, max }: { readonly min: number; readonly max: number }): Field<number> {
  const expected = `a whole number from ${min} to ${max}`;
  return {
    expected,
    parse: (text) => {
      const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
      if (!(value >= min && value <= max)) throw new Error(`is ${quoted(text)}: expected ${expected}`);
      return value;
    },
  };
}

export function oneOf<const T extends string>(choices: readonly T[]): Field<T> {
  const expected = `one of ${choices.join(', ')}`;
  return {
    expected,
    parse: (text) => {
      const choice = choices.find((each) => each === text);
      if (choice === undefined) throw new Error(`is ${quoted(text)}: expected ${expected}`);
      return choice;
    },
  };
}

/** JSON that `parser` turns into a value; the parser throws an Error that says what is wrong with it. */
export function json<T>(parser: (value: unknown) => T): Field<T> {
  return {
    expected: 'a JSON document',
    parse: (text) => {
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch (error) {
        throw new Error(`is ${quoted(text)}: expected a JSON document`, { cause: error });
      }
      try {
        return parser(value);
      } catch (error) {
        throw new Error(`is not valid: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    },
  };
}

/** The same field, absent allowed. */
export function optional<T>(field: Field<T>, defaultValue: T): DefaultedField<T> {
  return { ...field, defaultValue };
}

/** Enough to recognise a value by, and not a whole document in a log. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
