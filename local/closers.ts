/** Functions go first, so that no call comes any more; S3 goes after the front, which has writes under way. */
const CLOSING_ORDER = ['imds', 'lambda', 'front', 's3', 'logs', 'record', 'lock'] as const;

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
