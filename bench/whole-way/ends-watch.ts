import { closeSync, openSync, readSync } from 'node:fs';
import type { RecordedRequest } from '../../local/http/request-record.ts';
import { parseFactKey } from '../../workflow/keys.ts';

/** What ends an order for whoever placed it. */
export type EndingFact = 'payment' | 'recovery';

const LOOK_EVERY_MS = 1;
const CHUNK_BYTES = 256 * 1024;

/**
 * Follows the local AWS's record of requests and knows when orders ended: when the write of the fact that ends them was
 * answered. It asks nobody, so that what is measured does not do the measuring.
 */
export class EndsWatch {
  readonly #descriptor: number;
  readonly #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  readonly #endedAt = new Map<string, number>();
  readonly #waiting = new Map<string, (endedAt: number) => void>();
  readonly #timer: NodeJS.Timeout;
  #rest = '';
  #fact: EndingFact = 'payment';

  constructor(recordFile: string) {
    this.#descriptor = openSync(recordFile, 'r');
    this.#timer = setInterval(() => this.#read(), LOOK_EVERY_MS);
  }

  /** Which fact ends the orders that are placed from now on. */
  expect(fact: EndingFact): void {
    this.#fact = fact;
    this.#endedAt.clear();
  }

  /** When the order's last fact was stored, milliseconds since the epoch. */
  ended(executionId: string, signal: AbortSignal): Promise<number> {
    const endedAt = this.#endedAt.get(executionId);
    if (endedAt !== undefined) return Promise.resolve(endedAt);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiting.delete(executionId);
        reject(new Error(`order ${executionId} has not ended`, { cause: signal.reason }));
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.set(executionId, (at) => {
        signal.removeEventListener('abort', giveUp);
        resolve(at);
      });
    });
  }

  close(): void {
    clearInterval(this.#timer);
    closeSync(this.#descriptor);
  }

  #read(): void {
    for (;;) {
      const bytes = readSync(this.#descriptor, this.#chunk, 0, CHUNK_BYTES, null);
      if (bytes === 0) return;
      const lines = (this.#rest + this.#chunk.toString('latin1', 0, bytes)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) if (line.includes(`/${this.#fact}.json`)) this.#take(line);
    }
  }

  #take(line: string): void {
    const { at, operation, status, target } = JSON.parse(line) as RecordedRequest;
    if (operation !== 'PutObject' || status !== 200) return;
    const [, , ...key] = decodeURIComponent(target.split('?')[0] ?? '').split('/');
    const executionId = parseFactKey(key.join('/'))?.executionId;
    if (executionId === undefined || this.#endedAt.has(executionId)) return;
    this.#endedAt.set(executionId, at);
    this.#waiting.get(executionId)?.(at);
    this.#waiting.delete(executionId);
  }
}
