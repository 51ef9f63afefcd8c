import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GroupCommit } from '../../../local/journal/group-commit.ts';
import { Journal, type JournalOwner } from '../../../local/journal/journal.ts';
import type { Segment } from '../../../local/journal/segment.ts';
import { type Location } from '../../../local/journal/segment.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Keeps the newest record of each name; records are `name=value`. */
function nameOwner() {
  const records = new Map<string, { readonly value: string; location: Location }>();
  const split = (payload: Buffer) => payload.toString().split('=') as [string, string];
  const isAt = (name: string, place: Location) => {
    const known = records.get(name)?.location;
    return known?.segment === place.segment && known.offset === place.offset;
  };
  const owner: JournalOwner = {
    restore(payload, location) {
      const [name, value] = split(payload);
      const known = records.get(name);
      if (!known || Number(known.value) <= Number(value)) records.set(name, { value, location });
    },
    carryOver: (payload, location) => (isAt(split(payload)[0], location) ? payload : undefined),
    moved(payload, from, to) {
      const [name] = split(payload);
      const record = records.get(name);
      if (record && isAt(name, from)) record.location = to;
    },
    liveBytes: () => [...records.values()].reduce((sum, { location }) => sum + location.bytes, 0),
  };
  return { owner, records };
}

const open = (owner: JournalOwner, more: { fsync?: boolean; segmentBytes?: number } = {}) =>
  Journal.open({
    folder,
    owner,
    fsync: false,
    onFault: (error) => {
      throw error;
    },
    ...more,
  });

describe.each([true, false])('a journal (fsync %s)', (fsync) => {
  it('gives back at its opening what was appended, in order, and reads each by its place', async () => {
    const { owner } = nameOwner();
    const journal = await open(owner, { fsync });
    const places = await Promise.all(['a=1', 'b=1', 'a=2'].map((record) => journal.append(Buffer.from(record))));
    expect((await journal.read(places[1] as Location)).toString()).toBe('b=1');
    await journal.close();

    const restored: string[] = [];
    const again = await open({ ...owner, restore: (payload) => restored.push(payload.toString()) }, { fsync });
    expect(restored).toEqual(['a=1', 'b=1', 'a=2']);
    await again.close();
  });

  it('moves what lives and removes old files, so that the disk holds a bounded multiple of it', async () => {
    const { owner, records } = nameOwner();
    const journal = await open(owner, { fsync, segmentBytes: 1000 });
    const write = async (name: string, value: number) => {
      const location = await journal.append(Buffer.from(`${name}=${value}`));
      records.set(name, { value: String(value), location });
    };
    for (let index = 0; index < 50; index++) await write(`kept${index}`, index);
    const filledBytes = 3000 * 17;
    let most = 0;
    for (let value = 0; value < 3000; value++) {
      await write('hot', value);
      most = Math.max(most, journal.diskBytes());
    }
    expect(most).toBeLessThan(4 * owner.liveBytes() + 17 * 1000);
    expect(most).toBeLessThan(filledBytes / 2);
    for (const [name, { value, location }] of records) {
      expect((await journal.read(location)).toString()).toBe(`${name}=${value}`);
    }
    await journal.close();
    expect((await readdir(folder)).filter((name) => name.endsWith('.journal')).length).toBeLessThan(25);

    const { owner: other, records: restored } = nameOwner();
    const again = await open(other, { fsync, segmentBytes: 1000 });
    expect([...restored.keys()].sort()).toEqual([...records.keys()].sort());
    for (const [name, { value }] of records) expect(restored.get(name)?.value).toBe(value);
    await again.close();
  });
});

describe('group commit', () => {
  const aSegment = () => {
    const batches: number[] = [];
    let syncs = 0;
    const segment = {
      id: 1,
      bytes: 0,
      append(buffers: readonly Buffer[], bytes: number) {
        batches.push(buffers.length / 2);
        this.bytes += bytes;
      },
      async sync() {
        syncs += 1;
      },
    };
    return { segment: segment as unknown as Segment, batches, syncs: () => syncs };
  };

  it('writes and syncs once for all records that were appended together', async () => {
    const { segment, batches, syncs } = aSegment();
    const commit = new GroupCommit({ fsync: true, segmentFor: () => segment, onCommitted: () => undefined });
    const locations = await Promise.all(
      Array.from({ length: 100 }, (_, each) => commit.append(Buffer.from(`r${each}`))),
    );
    expect(batches).toEqual([100]);
    expect(syncs()).toBe(1);
    expect(new Set(locations.map(({ offset }) => offset)).size).toBe(100);
  });

  it('resolves no append before its record is synced', async () => {
    const { segment } = aSegment();
    let release = () => {};
    segment.sync = () => new Promise((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      const { append } = segment;
      segment.append = (...args) => {
        append.apply(segment, args);
        resolve();
      };
    });
    const commit = new GroupCommit({ fsync: true, segmentFor: () => segment, onCommitted: () => undefined });
    let isDone = false;
    const append = commit.append(Buffer.from('a')).then(() => (isDone = true));
    await reached;
    await new Promise((resolve) => setImmediate(resolve));
    expect(isDone).toBe(false);
    release();
    await append;
  });

  it('syncs nothing for a record that may be lost with the machine, unless one beside it may not', async () => {
    const { segment, batches, syncs } = aSegment();
    const commit = new GroupCommit({ fsync: true, segmentFor: () => segment, onCommitted: () => undefined });
    await commit.append(Buffer.from('marker'), { isSynced: false });
    expect({ batches, syncs: syncs() }).toEqual({ batches: [1], syncs: 0 });
    await Promise.all([
      commit.append(Buffer.from('marker'), { isSynced: false }),
      commit.append(Buffer.from('object')),
    ]);
    expect({ batches, syncs: syncs() }).toEqual({ batches: [1, 2], syncs: 1 });
  });

  it('gathers a batch once several write at a time, and never lets a lone writer wait', async () => {
    const { segment, batches } = aSegment();
    const gathering: (() => void)[] = [];
    const commit = new GroupCommit({
      fsync: true,
      segmentFor: () => segment,
      onCommitted: () => undefined,
      gather: () => new Promise((resolve) => gathering.push(resolve)),
    });
    const append = (record: string) => commit.append(Buffer.from(record));
    await append('alone');
    await append('alone again');
    expect(gathering).toEqual([]);
    await Promise.all([append('two'), append('at a time')]);

    const first = append('first');
    await expect.poll(() => gathering.length).toBe(1);
    const second = append('second');
    gathering[0]?.();
    await Promise.all([first, second]);
    expect(batches).toEqual([1, 1, 2, 2]);
  });

  it('fails the batch, what waits and everything after it once a write has failed', async () => {
    const { segment } = aSegment();
    segment.append = () => {
      throw new Error('ENOSPC');
    };
    const commit = new GroupCommit({ fsync: false, segmentFor: () => segment, onCommitted: () => undefined });
    const outcomes = await Promise.allSettled(Array.from({ length: 600 }, () => commit.append(Buffer.from('a'))));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(['rejected']));
    await expect(commit.append(Buffer.from('b'))).rejects.toMatchObject({ name: 'JournalFailedError' });
  });

  it('turns callers away while too much waits', async () => {
    const { segment } = aSegment();
    const commit = new GroupCommit({ fsync: false, segmentFor: () => segment, onCommitted: () => undefined });
    const large = Buffer.alloc(16 * 1024 * 1024);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => commit.append(large)));
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ name: 'JournalBusyError' });
    await commit.append(large);
  });

  it('takes no empty record, which could not be told from the end', async () => {
    const { segment } = aSegment();
    const commit = new GroupCommit({ fsync: false, segmentFor: () => segment, onCommitted: () => undefined });
    await expect(commit.append(Buffer.alloc(0))).rejects.toThrow('1 to');
  });
});
