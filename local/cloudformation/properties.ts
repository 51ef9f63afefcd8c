import { isIntrinsic, isRecord } from './intrinsics.ts';
import { TemplateNotHonouredError } from './template.ts';

export interface PropertiesOptions {
  readonly logicalId: string;
  /** As the template has them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Where they stand in their resource, for instance `LaunchTemplateData.`. */
  readonly path?: string;
  readonly evaluate: (value: unknown) => unknown;
}

/**
 * The properties of one resource. Reading a property is what honours it: `finish` throws for any that was neither read
 * nor listed as without meaning, so that none can be forgotten in silence. A value is evaluated when it is read: what is
 * without meaning may refer to what there is none of here.
 */
export class Properties {
  readonly #options: PropertiesOptions;
  readonly #done = new Set<string>();
  readonly #nested: Properties[] = [];

  constructor(options: PropertiesOptions) {
    this.#options = options;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(name, 'is missing');
  }

  optionalText(name: string): string | undefined {
    const value = this.#read(name);
    return value === undefined || typeof value === 'string' ? value : this.fail(name, 'must be text');
  }

  /** CloudFormation takes numbers as text too. */
  optionalNumber(name: string): number | undefined {
    const value = this.#read(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : this.fail(name, 'must be a number');
  }

  texts(name: string): readonly string[] {
    return this.#list(this.#read(name), name).map((value) =>
      typeof value === 'string' ? value : this.fail(name, 'must be texts'),
    );
  }

  object(name: string): Properties | undefined {
    const value = this.#outermost(this.#raw(name));
    return value === undefined ? undefined : this.#within(name, value);
  }

  objects(name: string): readonly Properties[] {
    const list = this.#list(this.#outermost(this.#raw(name)), name).map((value) => this.#outermost(value));
    // AWS::NoValue is no element.
    const present = list.filter((value) => value !== undefined);
    return present.map((value, index) => this.#within(`${name}[${index}]`, value));
  }

  /** Everything in it, to be understood by the service that it is meant for. */
  document<T>(name: string): T {
    const value = this.#read(name);
    return isRecord(value) ? (value as T) : this.fail(name, 'must be an object');
  }

  /** The named values of an object whose names are free, environment variables for instance. */
  variables(name: string): Readonly<Record<string, string>> {
    const value = this.#read(name) ?? {};
    if (!isRecord(value)) return this.fail(name, 'must be an object');
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, String(part)]));
  }

  /** Leaves properties unread; the reason stands beside each name. */
  without(reasons: Readonly<Record<string, string>>): void {
    for (const name of Object.keys(reasons)) this.#done.add(name);
  }

  /** Throws {@link TemplateNotHonouredError} for what is left. */
  finish(): void {
    const { values, evaluate } = this.#options;
    for (const [name, value] of Object.entries(values)) {
      if (this.#done.has(name) || evaluate(value) === undefined) continue;
      this.fail(name, 'is not supported by the local AWS');
    }
    for (const inner of this.#nested) inner.finish();
  }

  fail(name: string, complaint: string): never {
    const { logicalId, path = '' } = this.#options;
    throw new TemplateNotHonouredError(logicalId, `property ${path}${name} ${complaint}`);
  }

  #read(name: string): unknown {
    return this.#options.evaluate(this.#raw(name));
  }

  #raw(name: string): unknown {
    this.#done.add(name);
    return this.#options.values[name];
  }

  /** Evaluated only if an intrinsic function makes the whole of it: what is inside is read, or left, by itself. */
  #outermost(value: unknown): unknown {
    return isIntrinsic(value) ? this.#options.evaluate(value) : value;
  }

  #list(value: unknown, name: string): readonly unknown[] {
    if (value === undefined) return [];
    return Array.isArray(value) ? (value as readonly unknown[]) : this.fail(name, 'must be a list');
  }

  #within(name: string, value: unknown): Properties {
    if (!isRecord(value)) return this.fail(name, 'must be an object');
    const inner = new Properties({ ...this.#options, values: value, path: `${this.#options.path ?? ''}${name}.` });
    this.#nested.push(inner);
    return inner;
  }
}
