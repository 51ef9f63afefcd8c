import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

/** The most calls in any second of the clock, by the action that they need. */
export type PeakCalls = Readonly<Partial<Record<string, number>>>;

interface Decision {
  readonly at: number;
  readonly principalArn: string;
  readonly action: string;
}

/**
 * Counts in the record that the AWS on loopback keeps of who asked for what. Coordinator and monitor are one role: what the
 * coordinator does for the few orders that come meanwhile is in it.
 */
export async function countPeakCalls(
  recordFile: string,
  isCounted: (principalArn: string) => boolean,
): Promise<PeakCalls> {
  const peaks = new PeakCounter();
  const lines = createInterface({ input: createReadStream(recordFile), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    const { at, principalArn, action } = JSON.parse(line) as Decision;
    if (isCounted(principalArn)) peaks.add(action, at);
  }
  return peaks.most;
}

/** Takes calls in the order of time, and remembers one second of each action. */
export class PeakCounter {
  readonly #most: Partial<Record<string, number>> = {};
  readonly #current = new Map<string, { second: number; count: number }>();

  add(action: string, at: number): void {
    const second = Math.floor(at / 1_000);
    const current = this.#current.get(action);
    const count = current?.second === second ? current.count + 1 : 1;
    this.#current.set(action, { second, count });
    this.#most[action] = Math.max(this.#most[action] ?? 0, count);
  }

  get most(): PeakCalls {
    return this.#most;
  }
}
