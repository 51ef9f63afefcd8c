import { fsyncSync, openSync, closeSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { JournalCorruptError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';
import { type AppendOptions, GroupCommit } from './group-commit.ts';
import { type Location, Segment, segmentId } from './segment.ts';

/** Whoever keeps its data in the journal, and alone knows which records still matter. */
export interface JournalOwner {
  /** At the opening: every record, oldest file first. A record that was moved may be seen at both places. */
  restore(payload: Buffer, location: Location): void;
  /** What to keep of a record whose file is about to go, or undefined when it no longer matters. */
  carryOver(payload: Buffer, location: Location): Buffer | undefined;
  /** What was kept is durable at another place. The record may have been superseded meanwhile. */
  moved(payload: Buffer, from: Location, to: Location): void;
  /** Bytes of all records that `carryOver` would keep; an estimate is enough. */
  liveBytes(): number;
}

export interface JournalOptions {
  readonly folder: string;
  /** Whether `append` waits until the disk has the record. Without it a power cut, not a killed process, loses records. */
  readonly fsync: boolean;
  readonly owner: JournalOwner;
  /** Size from which on a new file is begun. */
  readonly segmentBytes?: number;
  /** Called when compaction fails. The journal goes on, but its disk space is no longer bounded. */
  readonly onFault: (error: unknown) => void;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
/** Garbage that is always allowed, in segments: below it compaction would cost more than it frees. */
const SPARE_SEGMENTS = 4;
const MOVE_BATCH_BYTES = 256 * 1024;
const RECORDS_PER_TURN = 128;

/**
 * An append-only journal of opaque records in numbered files, with group commit.
 *
 * Disk space: when the files hold more than twice the live bytes and some spare, the oldest file is emptied: what still
 * matters is appended at the end, then the file is removed. Going strictly from the oldest on costs at most one byte moved
 * per byte freed and keeps one property that owners rely on: **when a record is dropped, no older file exists.**
 * A crash in between leaves a record at two places, which `restore` must tolerate; nothing is removed before its copy is
 * on disk.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  readonly #commit: GroupCommit;
  readonly #unlock: () => Promise<void>;
  #compaction: Promise<void> | undefined;
  #closing = false;

  private constructor(options: JournalOptions, segments: Segment[], unlock: () => Promise<void>) {
    this.#options = options;
    this.#segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    this.#segments = segments;
    this.#unlock = unlock;
    this.#commit = new GroupCommit({
      fsync: options.fsync,
      segmentFor: () => this.#segmentForBatch(),
      onCommitted: () => this.#compactIfWorthwhile(),
    });
  }

  /**
   * Opens or creates; restores every record to the owner. A torn record at the very end (a crash during a write whose
   * caller never got an answer) is cut off; damage anywhere else is an error.
   * @throws JournalCorruptError, JournalInUseError
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const { folder } = options;
    await mkdir(folder, { recursive: true });
    const unlock = await lockFolder(folder);
    try {
      const segments = await restoreSegments(folder, options.owner);
      syncFolder(folder);
      return new Journal(options, segments, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  }

  /**
   * Resolves when the record is written (and, with `fsync`, on disk). Waits first while compaction cannot keep up.
   * @throws JournalBusyError, JournalFailedError
   */
  append(payload: Buffer, options: Pick<AppendOptions, 'isSynced'> = {}): Promise<Location> {
    if (this.#compaction && this.#isOverfull())
      return this.#compaction.then(() => this.#commit.append(payload, options));
    return this.#commit.append(payload, options);
  }

  /** @throws JournalCorruptError */
  read(location: Location): Promise<Buffer> {
    const segment = this.#segments.find(({ id }) => id === location.segment);
    if (!segment) return Promise.reject(new JournalCorruptError(`there is no file ${location.segment}`));
    return segment.read(location);
  }

  diskBytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#compaction;
    await this.#commit.idle();
    for (const segment of this.#segments) segment.close();
    await this.#unlock();
  }

  get #active(): Segment {
    const last = this.#segments.at(-1);
    if (!last) throw new Error('a journal always has a file');
    return last;
  }

  /** A file is synced before the next is begun: only the last one can be torn. */
  async #segmentForBatch(): Promise<Segment> {
    const active = this.#active;
    if (active.bytes < this.#segmentBytes) return active;
    await active.sync();
    const next = new Segment(this.#options.folder, active.id + 1);
    syncFolder(this.#options.folder);
    this.#segments.push(next);
    return next;
  }

  #compactIfWorthwhile(): void {
    if (this.#compaction || this.#closing || !this.#isWasteful()) return;
    this.#compaction = this.#compact()
      .catch(this.#options.onFault)
      .finally(() => {
        this.#compaction = undefined;
      });
  }

  #isWasteful(): boolean {
    return this.diskBytes() > 2 * this.#options.owner.liveBytes() + SPARE_SEGMENTS * this.#segmentBytes;
  }

  #isOverfull(): boolean {
    return this.diskBytes() > 4 * this.#options.owner.liveBytes() + 4 * SPARE_SEGMENTS * this.#segmentBytes;
  }

  /** At most one round through the files that existed when it began. */
  async #compact(): Promise<void> {
    const lastId = this.#active.id;
    for (let oldest = this.#segments[0]; oldest && oldest.id < lastId; oldest = this.#segments[0]) {
      if (this.#closing || !this.#isWasteful()) return;
      await this.#empty(oldest);
    }
  }

  async #empty(segment: Segment): Promise<void> {
    const { owner, folder } = this.#options;
    let moves: Promise<void>[] = [];
    let moveBytes = 0;
    let visited = 0;
    const { endedAt } = await segment.scan(async (payload, from) => {
      if (++visited % RECORDS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      const kept = owner.carryOver(payload, from);
      if (!kept) return;
      moves.push(this.#commit.append(kept, { force: true }).then((to) => owner.moved(kept, from, to)));
      moveBytes += kept.length;
      if (moveBytes < MOVE_BATCH_BYTES) return;
      await Promise.all(moves);
      moves = [];
      moveBytes = 0;
    });
    await Promise.all(moves);
    if (endedAt !== segment.bytes) {
      throw new JournalCorruptError(`${segment.path}: damaged at byte ${endedAt} of ${segment.bytes}`);
    }
    if (!this.#options.fsync) await this.#active.sync();
    this.#segments.shift();
    await segment.remove();
    syncFolder(folder);
  }
}

async function restoreSegments(folder: string, owner: JournalOwner): Promise<Segment[]> {
  const ids = (await readdir(folder)).map(segmentId).filter((id) => id !== undefined);
  ids.sort((left, right) => left - right);
  const segments = (ids.length > 0 ? ids : [1]).map((id) => new Segment(folder, id));
  for (const segment of segments) {
    const { endedAt } = await segment.scan((payload, location) => owner.restore(payload, location));
    if (endedAt === segment.bytes) continue;
    if (segment !== segments.at(-1)) {
      throw new JournalCorruptError(`${segment.path}: damaged at byte ${endedAt} of ${segment.bytes}`);
    }
    segment.cutOff(endedAt);
  }
  return segments;
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
