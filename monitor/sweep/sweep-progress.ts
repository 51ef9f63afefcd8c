import * as z from 'zod/mini';
import type { ObjectStore } from '../../storage/object-store.ts';
import { SWEEP_KEY } from '../../workflow/keys.ts';
import { getReadable } from '../get-readable.ts';

const progressSchema = z.object({
  /** Every execution up to this id has ended, but for those in `open`. */
  through: z.string(),
  /** Executions that stay open for long, so that one of them does not hold the sweep back. */
  open: z.array(z.string()),
  /** When the last full pass began that looked at every execution, milliseconds since the epoch. */
  fullPassStartedAt: z.number(),
});

export type SweepProgress = Readonly<z.infer<typeof progressSchema>>;

/** Older executions that may stay open beside the sweep's mark. With more of them the mark waits. */
export const MAX_OPEN = 1000;

export interface ProgressStore {
  read(): Promise<SweepProgress | undefined>;
  write(progress: SweepProgress): Promise<void>;
}

/** Begins where somebody else's sweep is: what has ended has ended, whoever saw it. Keeps its own to itself. */
export class BorrowedProgress implements ProgressStore {
  readonly #kept: SweepProgressStore;

  constructor(stateStorage: ObjectStore) {
    this.#kept = new SweepProgressStore(stateStorage);
  }

  read(): Promise<SweepProgress | undefined> {
    return this.#kept.read();
  }

  async write(): Promise<void> {
    // The sweep remembers it as long as it runs.
  }
}

/**
 * How far the sweep has come, a hint that spares work. What it says stays true once it is true, because an ended
 * execution stays ended: so of two monitors the last one writes, and losing it only means looking again.
 */
export class SweepProgressStore implements ProgressStore {
  readonly #stateStorage: ObjectStore;

  constructor(stateStorage: ObjectStore) {
    this.#stateStorage = stateStorage;
  }

  async read(): Promise<SweepProgress | undefined> {
    return progressSchema.safeParse((await getReadable(this.#stateStorage, SWEEP_KEY))?.body).data;
  }

  async write(progress: SweepProgress): Promise<void> {
    await this.#stateStorage.overwrite(SWEEP_KEY, progress);
  }
}
