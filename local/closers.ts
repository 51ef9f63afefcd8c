/**
 * Receives that wait are answered first, or the front would wait for them. Then functions go, so that no call comes any
 * more; S3 and SQS go after the front, which has writes under way.
 */
const CLOSING_ORDER = [
  'imds',
  'long polls',
  'lambda',
  'front',
  's3',
  'sqs',
  'logs',
  'record',
  'requests',
  'lock',
] as const;

type Part = (typeof CLOSING_ORDER)[number];

/** What was started, to be ended in this order whatever the order of the start was. Ending twice is ending once. */
export class Closers {
  readonly #closers = new Map<Part, () => void | Promise<void>>();
  #running: Promise<void> | undefined;

  add(name: Part, close: () => void | Promise<void>): void {
    this.#closers.set(name, close);
  }

  run(): Promise<void> {
    this.#running ??= this.#closeAll();
    return this.#running;
  }

  async #closeAll(): Promise<void> {
    for (const name of CLOSING_ORDER) await this.#closers.get(name)?.();
  }
}
