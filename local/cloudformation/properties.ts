import { isRecord } from './intrinsics.ts';
import { TemplateNotHonouredError } from './template.ts';

/**
 * The evaluated properties of one resource. Reading a property is what honours it: `finish` throws for any that was
 * neither read nor listed as without meaning, so that none can be forgotten in silence.
 */
export class Properties {
  private readonly logicalId: string;
  private readonly path: string;
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly done = new Set<string>();
  private readonly nested: Properties[] = [];

  constructor(logicalId: string, values: Readonly<Record<string, unknown>>, path = '') {
    this.logicalId = logicalId;
    this.values = values;
    this.path = path;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.fail(name, 'is missing');
  }

  optionalText(name: string): string | undefined {
    const value = this.read(name);
    return value === undefined || typeof value === 'string' ? value : this.fail(name, 'must be text');
  }

  /** CloudFormation takes numbers as text too. */
  optionalNumber(name: string): number | undefined {
    const value = this.read(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : this.fail(name, 'must be a number');
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value) => (typeof value === 'string' ? value : this.fail(name, 'must be texts')));
  }

  object(name: string): Properties | undefined {
    const value = this.read(name);
    return value === undefined ? undefined : this.within(name, value);
  }

  objects(name: string): readonly Properties[] {
    return this.list(name).map((value, index) => this.within(`${name}[${index}]`, value));
  }

  /** Everything in it, to be understood by the service that it is meant for. */
  document<T>(name: string): T {
    const value = this.read(name);
    return isRecord(value) ? (value as T) : this.fail(name, 'must be an object');
  }

  /** The named values of an object whose names are free, environment variables for instance. */
  variables(name: string): Readonly<Record<string, string>> {
    const value = this.read(name) ?? {};
    if (!isRecord(value)) return this.fail(name, 'must be an object');
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, String(part)]));
  }

  /** Leaves properties unread; the reason stands beside each name. */
  without(reasons: Readonly<Record<string, string>>): void {
    for (const name of Object.keys(reasons)) this.done.add(name);
  }

  /** Throws {@link TemplateNotHonouredError} for what is left. */
  finish(): void {
    for (const name of Object.keys(this.values)) {
      if (!this.done.has(name)) this.fail(name, 'is not supported by the local AWS');
    }
    for (const inner of this.nested) inner.finish();
  }

  fail(name: string, complaint: string): never {
    throw new TemplateNotHonouredError(this.logicalId, `property ${this.path}${name} ${complaint}`);
  }

  private read(name: string): unknown {
    this.done.add(name);
    return this.values[name];
  }

  private list(name: string): readonly unknown[] {
    const value = this.read(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? (value as readonly unknown[]) : this.fail(name, 'must be a list');
  }

  private within(name: string, value: unknown): Properties {
    if (!isRecord(value)) return this.fail(name, 'must be an object');
    const inner = new Properties(this.logicalId, value, `${this.path}${name}.`);
    this.nested.push(inner);
    return inner;
  }
}
