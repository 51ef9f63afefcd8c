import { describe, expect, it } from 'vitest';
import {
  closeSlot,
  emptyShard,
  foldEnded,
  freeUnits,
  holdAtHome,
  homeShardOf,
  STOCK_SHARDS,
  visitingOrder,
  visitShard,
  type StockShard,
} from '../../../booking/stock.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

const ID = anExecutionId();
const OTHER = anExecutionId({ n: 1 });

function aShard(fields: Partial<StockShard> = {}): StockShard {
  return { ...emptyShard('seat', 0), units: 5, revision: 1, ...fields };
}

describe('holding at home', () => {
  it('refuses an execution whose slot is closed, however much is free', () => {
    expect(holdAtHome(aShard({ closed: [ID] }), ID, 1, true)).toEqual({ result: { outcome: 'closed' } });
  });

  it('knows no item without a document, nor one that only a close has touched', () => {
    expect(holdAtHome(undefined, ID, 1, true)).toEqual({ result: { outcome: 'unknown-item' } });
    expect(holdAtHome(aShard({ revision: 0, units: 0 }), ID, 1, true)).toEqual({ result: { outcome: 'unknown-item' } });
  });

  it('counts what is sold and what others hold as gone', () => {
    const shard = aShard({ sold: 2, held: { [OTHER]: 1 } });
    expect(holdAtHome(shard, ID, 3, false)).toEqual({ result: { outcome: 'short' } });
    expect(holdAtHome(shard, ID, 2, false)).toEqual({
      write: { ...shard, held: { [OTHER]: 1, [ID]: 2 } },
      result: { outcome: 'held' },
    });
  });

  it('answers a repeated hold as the first and writes nothing', () => {
    expect(holdAtHome(aShard({ held: { [ID]: 2 } }), ID, 2, false)).toEqual({ result: { outcome: 'held' } });
    expect(holdAtHome(aShard({ held: { [ID]: 1 }, seeking: [ID] }), ID, 2, false)).toEqual({
      result: { outcome: 'seeking', taken: 1 },
    });
  });

  it('notes that it seeks in the same write with which it takes a part', () => {
    const { write, result } = holdAtHome(aShard({ sold: 4 }), ID, 3, true);
    expect(write).toMatchObject({ held: { [ID]: 1 }, seeking: [ID] });
    expect(result).toEqual({ outcome: 'seeking', taken: 1 });
  });
});

describe('visiting another shard', () => {
  it('refuses an execution whose slot is closed there', () => {
    expect(visitShard(aShard({ closed: [ID] }), 'seat', 0, ID, 1)).toEqual({ result: { outcome: 'closed' } });
  });

  it('leaves an entry even when it takes nothing, so that a second visit takes nothing either', () => {
    const first = visitShard(aShard({ sold: 5 }), 'seat', 0, ID, 3);
    expect(first.result).toEqual({ outcome: 'visited', taken: 0 });
    expect(visitShard({ ...aShard(), held: first.write?.held ?? {} }, 'seat', 0, ID, 3)).toEqual({
      result: { outcome: 'visited', taken: 0 },
    });
  });

  it('takes no more than is wanted', () => {
    expect(visitShard(aShard(), 'seat', 0, ID, 2).write?.held).toEqual({ [ID]: 2 });
  });
});

describe('closing a slot', () => {
  it('leaves a tombstone where nothing is held, and where there is no document', () => {
    expect(closeSlot(aShard(), 'seat', 0, ID)).toEqual({
      write: aShard({ closed: [ID] }),
      result: { units: 0, wasSeeking: false },
    });
    expect(closeSlot(undefined, 'seat', 3, ID).write).toEqual({ ...emptyShard('seat', 3), closed: [ID] });
  });

  it('releases what is held and remembers it, keeps the others, and writes nothing the second time', () => {
    const { write, result } = closeSlot(aShard({ held: { [ID]: 2, [OTHER]: 1 } }), 'seat', 0, ID);
    expect(write).toEqual(aShard({ held: { [OTHER]: 1 }, closed: [ID], released: { [ID]: 2 } }));
    expect(result.units).toBe(2);
    expect(closeSlot(write, 'seat', 0, ID)).toEqual({ result });
  });

  it('keeps the note that the execution sought, so that a repeated close still visits the other shards', () => {
    const { write } = closeSlot(aShard({ seeking: [ID] }), 'seat', 0, ID);
    expect(closeSlot(write, 'seat', 0, ID).result.wasSeeking).toBe(true);
  });
});

describe('folding ended executions', () => {
  it('forgets with a tombstone what it had released, and keeps what the others had', () => {
    const shard = aShard({ closed: [ID, OTHER], released: { [ID]: 2, [OTHER]: 1 } });
    const { write } = foldEnded(shard, { succeeded: new Set(), failed: new Set([ID]) });
    expect(write).toEqual(aShard({ closed: [OTHER], released: { [OTHER]: 1 } }));
  });

  it('turns held units of SUCCEEDED executions into sold ones and leaves what is free as it was', () => {
    const shard = aShard({ held: { [ID]: 2, [OTHER]: 1 }, seeking: [ID] });
    const { write, result } = foldEnded(shard, { succeeded: new Set([ID]), failed: new Set() });
    expect(write).toEqual(aShard({ sold: 2, held: { [OTHER]: 1 } }));
    expect(freeUnits(write ?? shard)).toBe(freeUnits(shard));
    expect(result).toEqual({ folded: 1 });
  });

  it('removes tombstones of FAILED executions', () => {
    const { write } = foldEnded(aShard({ closed: [ID, OTHER], seeking: [ID] }), {
      succeeded: new Set(),
      failed: new Set([ID]),
    });
    expect(write).toEqual(aShard({ closed: [OTHER] }));
  });

  it('leaves an entry that contradicts how its execution ended', () => {
    expect(foldEnded(aShard({ held: { [ID]: 1 } }), { succeeded: new Set(), failed: new Set([ID]) })).toEqual({
      result: { folded: 0 },
    });
    expect(foldEnded(aShard({ closed: [ID] }), { succeeded: new Set([ID]), failed: new Set() })).toEqual({
      result: { folded: 0 },
    });
  });
});

describe('the home shard', () => {
  it('spreads executions of the same instant evenly', () => {
    const counts = new Array<number>(STOCK_SHARDS).fill(0);
    for (let n = 0; n < 8000; n += 1) {
      const home = homeShardOf(anExecutionId({ n }), STOCK_SHARDS);
      counts[home] = (counts[home] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(Math.max(...counts)).toBeLessThan(1200);
  });

  it('comes before every other shard, each once', () => {
    expect(visitingOrder(6, 8)).toEqual([7, 0, 1, 2, 3, 4, 5]);
  });
});
