import type { Change, ObjectStore, StoredObject } from '../../storage/object-store.ts';

/**
 * Compare-and-set objects in memory whose every read and write waits for its turn, so that a test decides in which order
 * the calls of several processes happen. As in S3, what is compared is the content.
 */
export class SteppedObjects implements Pick<ObjectStore, 'get' | 'update'> {
  readonly objects = new Map<string, string>();
  /** Each lets one call happen. */
  readonly #waiting: (() => void)[] = [];

  async get(key: string): Promise<StoredObject | undefined> {
    await this.#turn();
    const text = this.objects.get(key);
    return text === undefined ? undefined : { key, body: JSON.parse(text), etag: text, lastModifiedAt: 0 };
  }

  async update<R>(key: string, change: Change<R>): Promise<R> {
    for (;;) {
      const current = await this.get(key);
      const decided = change(current?.body);
      if ('keep' in decided) return decided.result;
      await this.#turn();
      if (this.objects.get(key) !== current?.etag) continue;
      this.objects.set(key, JSON.stringify(decided.write));
      return decided.result;
    }
  }

  json(key: string): unknown {
    const text = this.objects.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Lets the calls of what was started happen one by one until none waits. `choose` picks the next of `options` calls
   * that wait; `afterEach` looks at the state between two calls.
   */
  async run(choose: (options: number) => number, afterEach: () => void = () => undefined): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      afterEach();
      if (this.#waiting.length === 0) return;
      const [next] = this.#waiting.splice(choose(this.#waiting.length), 1);
      next?.();
    }
  }
}

/** Runs a scenario once for every possible order of its calls. Gives the number of orders. */
export async function everyInterleaving(
  scenario: (choose: (options: number) => number) => Promise<void>,
): Promise<number> {
  let path: { choice: number; readonly options: number }[] = [];
  for (let runs = 1; ; runs += 1) {
    let depth = 0;
    const taken = path;
    await scenario((options) => {
      const step = taken[depth] ?? { choice: 0, options };
      taken[depth] = step;
      depth += 1;
      return step.choice;
    });
    path = taken.slice(0, depth);
    let last = path.pop();
    while (last !== undefined && last.choice + 1 >= last.options) last = path.pop();
    if (last === undefined) return runs;
    path.push({ choice: last.choice + 1, options: last.options });
  }
}

/** An order of calls out of a list of numbers, as a property test draws it. */
export function chooserOf(numbers: readonly number[]): (options: number) => number {
  let drawn = 0;
  return (options) => (numbers[drawn++] ?? 0) % options;
}
