import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Clock } from '../../platform/clock.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import { ObjectStore } from '../../storage/object-store.ts';
import { APP_STORE_BUCKET, MemoryS3, STATE_STORAGE_BUCKET } from './memory-s3.ts';

export interface SimulatedS3Options {
  readonly clock: Clock;
  readonly random: () => number;
}

export interface CreatedObject {
  readonly bucket: string;
  readonly key: string;
  readonly at: number;
}

export interface StoresOptions {
  readonly isDead?: () => boolean;
  readonly maxCallMs?: number;
}

/** How long a call takes before it is carried out: S3's usual range for small objects. */
const MIN_CALL_MS = 5;
const MAX_CALL_MS = 60;

/** An S3 whose calls take time, so that what runs side by side interleaves, and which tells of the objects it stores. */
export class SimulatedS3 {
  readonly memory: MemoryS3;
  onCreated: ((object: CreatedObject) => void) | undefined;
  readonly #options: SimulatedS3Options;

  constructor(options: SimulatedS3Options) {
    this.#options = options;
    this.memory = new IndexedMemoryS3({ now: () => options.clock.now() });
  }

  /**
   * Both stores for one process. Once `isDead`, its calls do nothing and never answer, as those of a killed process.
   * `maxCallMs`: how long a call takes before it is carried out.
   */
  stores({ isDead = () => false, maxCallMs = MAX_CALL_MS }: StoresOptions = {}): ExecutionStore {
    const wait = () => this.#wait(maxCallMs);
    const client = { send: (command: unknown) => this.#send(command, isDead, wait) } as unknown as S3Client;
    const pause = wait;
    return new ExecutionStore({
      appStore: new ObjectStore({ client, bucket: APP_STORE_BUCKET, pause }),
      stateStorage: new ObjectStore({ client, bucket: STATE_STORAGE_BUCKET, pause }),
    });
  }

  async #send(command: unknown, isDead: () => boolean, wait: () => Promise<void>): Promise<unknown> {
    await wait();
    if (isDead()) return never();
    const answer = await this.memory.send(command);
    if (command instanceof PutObjectCommand) {
      const { Bucket: bucket = '', Key: key = '' } = command.input;
      this.onCreated?.({ bucket, key, at: Math.floor(this.#options.clock.now() / 1000) * 1000 });
    }
    return answer;
  }

  #wait(maxMs: number): Promise<void> {
    const { clock, random } = this.#options;
    return clock.sleep(MIN_CALL_MS + Math.floor(random() * (maxMs - MIN_CALL_MS)));
  }
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}

/** Finds the keys of a prefix without looking at all others: an execution's facts are listed thousands of times. */
class IndexedMemoryS3 extends MemoryS3 {
  readonly #sorted = new Map<string, string[]>();

  override async send(command: unknown): Promise<unknown> {
    const answer = await super.send(command);
    if (command instanceof PutObjectCommand) this.#index(command.input.Bucket ?? '', command.input.Key ?? '');
    else if (!(command instanceof GetObjectCommand || command instanceof ListObjectsV2Command))
      throw new Error('the simulated S3 knows no such call');
    return answer;
  }

  override keys(bucket: string, prefix = ''): string[] {
    const sorted = this.#sorted.get(bucket) ?? [];
    return sorted.slice(positionOf(sorted, prefix), positionOf(sorted, `${prefix}\uffff`));
  }

  #index(bucket: string, key: string): void {
    const sorted = this.#sorted.get(bucket) ?? [];
    this.#sorted.set(bucket, sorted);
    const position = positionOf(sorted, key);
    if (sorted[position] !== key) sorted.splice(position, 0, key);
  }
}

function positionOf(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
