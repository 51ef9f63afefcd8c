import * as z from 'zod/mini';
import type { ObjectStore } from '../../storage/object-store.ts';
import { UnreadableObjectError } from '../../storage/errors.ts';
import { WATERMARK_KEY } from '../../workflow/keys.ts';
import { getReadable } from '../get-readable.ts';

const watermarkSchema = z.object({ logsReadThrough: z.number() });

/** How far the log group has been read. */
export interface Watermark {
  read(): Promise<number | undefined>;
  advance(logsReadThrough: number): Promise<void>;
}

/** Begins where somebody else is, and leaves it to them to say how far that is. */
export class BorrowedWatermark implements Watermark {
  readonly #kept: WatermarkStore;

  constructor(stateStorage: ObjectStore) {
    this.#kept = new WatermarkStore(stateStorage);
  }

  read(): Promise<number | undefined> {
    return this.#kept.read();
  }

  async advance(): Promise<void> {
    // The poller itself knows how far it is; after a restart it begins where the other one is then.
  }
}

/**
 * How far the log group has been read, kept so that a restarted monitor reads on instead of from the start. It only
 * ever rises, whoever writes it; losing it loses time, not failures.
 */
export class WatermarkStore implements Watermark {
  readonly #stateStorage: ObjectStore;
  #written = 0;

  constructor(stateStorage: ObjectStore) {
    this.#stateStorage = stateStorage;
  }

  async read(): Promise<number | undefined> {
    return watermarkSchema.safeParse((await getReadable(this.#stateStorage, WATERMARK_KEY))?.body).data
      ?.logsReadThrough;
  }

  async advance(logsReadThrough: number): Promise<void> {
    if (logsReadThrough <= this.#written) return;
    try {
      await this.#raise(logsReadThrough);
    } catch (error) {
      if (!(error instanceof UnreadableObjectError)) throw error;
      await this.#stateStorage.overwrite(WATERMARK_KEY, { logsReadThrough });
    }
    this.#written = logsReadThrough;
  }

  async #raise(logsReadThrough: number): Promise<void> {
    await this.#stateStorage.update(WATERMARK_KEY, (current) => {
      const parsed = watermarkSchema.safeParse(current);
      if ((parsed.data?.logsReadThrough ?? 0) >= logsReadThrough) return { keep: true, result: undefined };
      return { write: { logsReadThrough }, result: undefined };
    });
  }
}
