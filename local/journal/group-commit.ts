import { setTimeout as pause } from 'node:timers/promises';
import { JournalBusyError, JournalFailedError } from './errors.ts';
import { FRAME_HEADER_BYTES, frameHeader, MOST_PAYLOAD_BYTES } from './frame.ts';
import type { Location, Segment } from './segment.ts';

interface Waiting {
  readonly payload: Buffer;
  readonly isSynced: boolean;
  readonly resolve: (location: Location) => void;
  readonly reject: (error: Error) => void;
}

export interface AppendOptions {
  /** Take the record even when too much is waiting (what compaction moves is bounded by itself). */
  readonly force?: boolean;
  /** False: it may be lost with the machine, so nothing waits for the disk on its account. Default: true. */
  readonly isSynced?: boolean;
}

export interface GroupCommitOptions {
  /** Whether records are synced at all. */
  readonly fsync: boolean;
  /** The segment that takes the next batch. */
  readonly segmentFor: (batchBytes: number) => Segment | Promise<Segment>;
  readonly onCommitted: () => void;
  /** How a batch waits for company. Default: 2 ms. */
  readonly gather?: () => Promise<void>;
}

/** Bytes of one batch: bounds how long one write blocks the process and how far a segment outgrows its size. */
const MOST_BATCH_BYTES = 4 * 1024 * 1024;
const MOST_BATCH_RECORDS = 500;
/**
 * How long a batch waits for company when the one before it had several records. A sync costs more processor time than a
 * write of S3's does otherwise, and where several write at once there is work for the others meanwhile.
 */
const GATHERING_MS = 2;
/** Bytes that may wait for the disk before callers are turned away. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;

/**
 * Appends that arrive while a batch is on its way to the disk share the next one: one write and one sync for all of them.
 * Whoever writes alone waits for others at most once after somebody else was there.
 * The order of `append` calls is the order on disk and the order in which they resolve.
 * After a failed write or sync nothing more is taken: the state of the file is unknown until it is read again.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #running: Promise<void> | undefined;
  #hadCompany = false;
  #failure: JournalFailedError | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  append(payload: Buffer, { force = false, isSynced = true }: AppendOptions = {}): Promise<Location> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (payload.length === 0 || payload.length > MOST_PAYLOAD_BYTES) {
      return Promise.reject(new RangeError(`a record has 1 to ${MOST_PAYLOAD_BYTES} bytes, not ${payload.length}`));
    }
    if (!force && this.#waitingBytes > MOST_WAITING_BYTES) {
      return Promise.reject(new JournalBusyError(`more than ${MOST_WAITING_BYTES} bytes wait to be written`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ payload, isSynced, resolve, reject });
      this.#waitingBytes += payload.length;
      this.#running ??= this.#drain();
    });
  }

  /** Resolves once nothing waits. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    const { fsync, gather = () => pause(GATHERING_MS) } = this.#options;
    // One turn of the event loop later, so that all calls whose requests arrived together share the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      if (fsync && this.#hadCompany) await gather();
      const batch = this.#takeBatch();
      this.#hadCompany = batch.length > 1;
      try {
        await this.#commit(batch);
      } catch (error) {
        this.#fail(batch, error);
        break;
      }
    }
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const buffers: Buffer[] = [];
    let batchBytes = 0;
    for (const { payload } of batch) {
      buffers.push(frameHeader(payload), payload);
      batchBytes += FRAME_HEADER_BYTES + payload.length;
    }
    const segment = await this.#options.segmentFor(batchBytes);
    let offset = segment.bytes;
    segment.append(buffers, batchBytes);
    if (this.#options.fsync && batch.some(({ isSynced }) => isSynced)) await segment.sync();
    for (const { payload, resolve } of batch) {
      resolve({ segment: segment.id, offset, bytes: payload.length });
      offset += FRAME_HEADER_BYTES + payload.length;
    }
    this.#options.onCommitted();
  }

  #takeBatch(): readonly Waiting[] {
    let count = 0;
    let bytes = 0;
    while (count < this.#waiting.length && count < MOST_BATCH_RECORDS && bytes < MOST_BATCH_BYTES) {
      bytes += this.#waiting[count]?.payload.length ?? 0;
      count += 1;
    }
    this.#waitingBytes -= bytes;
    return this.#waiting.splice(0, count);
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    this.#failure = new JournalFailedError('the journal could not be written; open it again', { cause });
    for (const { reject } of [...batch, ...this.#waiting]) reject(this.#failure);
    this.#waiting = [];
    this.#waitingBytes = 0;
  }
}
