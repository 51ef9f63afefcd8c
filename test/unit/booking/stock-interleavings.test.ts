import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stockShardKey } from '../../../booking/keys.ts';
import { emptyShard, usedUnits, type StockShard } from '../../../booking/stock.ts';
import { StockStore, type HoldOutcome } from '../../../booking/stock-store.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { chooserOf, everyInterleaving, SteppedObjects } from '../../support/stepped-objects.ts';

const ITEM = 'seat';

/** An item with these free units, shard by shard, and processes that act on it in an order that the test chooses. */
class World {
  readonly objects = new SteppedObjects();
  readonly stock: StockStore;
  readonly shards: number;

  constructor(unitsOfShards: readonly number[]) {
    this.shards = unitsOfShards.length;
    this.stock = new StockStore({ objects: this.objects, shards: this.shards });
    unitsOfShards.forEach((units, index) => {
      this.objects.objects.set(
        stockShardKey(ITEM, index),
        JSON.stringify({ ...emptyShard(ITEM, index), units, revision: 1 }),
      );
    });
  }

  run(choose: (options: number) => number): Promise<void> {
    return this.objects.run(choose, () => {
      for (const shard of this.read())
        expect(usedUnits(shard), `used of shard ${shard.shard}`).toBeLessThanOrEqual(shard.units);
    });
  }

  read(): StockShard[] {
    return Array.from(
      { length: this.shards },
      (_, index) => this.objects.json(stockShardKey(ITEM, index)) as StockShard,
    );
  }

  heldBy(executionId: string): number {
    return this.read().reduce((sum, shard) => sum + (shard.held[executionId] ?? 0), 0);
  }
}

/** An order of calls: which of those that wait goes next. Once the numbers are used up, the first. */
function picksOf(calls: number): fc.Arbitrary<number[]> {
  return fc.array(fc.nat(60), { minLength: calls, maxLength: calls });
}

describe('a hold beside a close of the same execution', () => {
  const cases = [
    { name: 'that fits at home', units: [3, 3], quantity: 2 },
    { name: 'that has to seek', units: [1, 3], quantity: 3 },
    { name: 'of an item that is sold out at home', units: [0, 3], quantity: 3 },
    { name: 'of more than there is', units: [1, 1], quantity: 3 },
  ];
  it.each(cases)(
    'leaves nothing held and bars every later hold, in every order of their calls: a hold $name',
    async ({ units, quantity }) => {
      const executionId = anExecutionId({ home: 0, shards: 2 });
      const orders = await everyInterleaving(async (choose) => {
        const world = new World(units);
        const running = Promise.all([
          world.stock.hold(executionId, ITEM, quantity),
          world.stock.close(executionId, ITEM),
        ]);
        await world.run(choose);
        await running;
        expect(world.heldBy(executionId)).toBe(0);

        const zombie = world.stock.hold(executionId, ITEM, quantity);
        await world.run(() => 0);
        expect(await zombie).toBe('closed');
        expect(world.heldBy(executionId)).toBe(0);
      });
      expect(orders).toBeGreaterThan(3);
    },
  );

  it('leaves nothing held when the close dies half-way and is repeated, in every order of their calls', async () => {
    const executionId = anExecutionId({ home: 0, shards: 2 });
    await everyInterleaving(async (choose) => {
      const world = new World([1, 3]);
      const dying = new StockStore({ objects: dyingAfter(3, world.objects), shards: 2 });
      const running = Promise.allSettled([world.stock.hold(executionId, ITEM, 3), dying.close(executionId, ITEM)]);
      await world.run(choose);
      await running;
      const repeated = world.stock.close(executionId, ITEM);
      await world.run(() => 0);
      await repeated;
      expect(world.heldBy(executionId)).toBe(0);
    });
  });
});

describe('two invocations of one execution', () => {
  it('hold the quantity once at home, in every order of their calls', async () => {
    const executionId = anExecutionId({ home: 0, shards: 2 });
    await everyInterleaving((choose) => holdTwice(executionId, [3, 3], 2, choose));
  });

  it('hold the quantity once when they have to seek, whatever the order of their calls', async () => {
    const executionId = anExecutionId({ home: 0, shards: 3 });
    await fc.assert(
      fc.asyncProperty(picksOf(60), (numbers) => holdTwice(executionId, [1, 1, 2], 4, chooserOf(numbers))),
      { numRuns: 300 },
    );
  });

  async function holdTwice(
    executionId: string,
    units: readonly number[],
    quantity: number,
    choose: (options: number) => number,
  ): Promise<void> {
    const world = new World(units);
    const running = Promise.all([
      world.stock.hold(executionId, ITEM, quantity),
      world.stock.hold(executionId, ITEM, quantity),
    ]);
    await world.run(choose);
    expect(await running).toEqual(['held', 'held']);
    expect(world.heldBy(executionId)).toBe(quantity);
  }

  it('hold the quantity once even when units come free between their visits', async () => {
    await fc.assert(
      fc.asyncProperty(picksOf(60), async (numbers) => {
        const world = new World([1, 1, 2, 2]);
        const executionId = anExecutionId({ home: 0, shards: 4 });
        const leaver = anExecutionId({ n: 1, home: 1, shards: 4 });
        const before = world.stock.hold(leaver, ITEM, 1);
        await world.run(() => 0);
        await before;
        const running = Promise.all([
          world.stock.hold(executionId, ITEM, 4),
          world.stock.close(leaver, ITEM),
          world.stock.hold(executionId, ITEM, 4),
        ]);
        await world.run(chooserOf(numbers));
        const outcomes = await running;
        expect([outcomes[0], outcomes[2]].filter((outcome) => outcome !== 'held' && outcome !== 'sold-out')).toEqual(
          [],
        );
        if (outcomes.includes('held')) expect(world.heldBy(executionId)).toBe(4);
        expect(world.heldBy(executionId)).toBeLessThanOrEqual(4);
      }),
      { numRuns: 300 },
    );
  });
});

describe('many executions on one item', () => {
  it('are never given more than there is, and each holds all or is refused, whatever the order of their calls', async () => {
    const scenario = fc.record({
      units: fc.array(fc.nat(3), { minLength: 3, maxLength: 3 }),
      quantities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 5 }),
      closing: fc.array(fc.nat(4), { maxLength: 3 }),
      picks: picksOf(120),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ units, quantities, closing, picks }) => {
        const world = new World(units);
        const ids = quantities.map((_, n) => anExecutionId({ n }));
        const closed = new Set(closing.map((index) => ids[index % ids.length] ?? ''));
        const holding = Promise.all(ids.map((id, index) => world.stock.hold(id, ITEM, quantities[index] ?? 1)));
        const closings = Promise.all([...closed].map((id) => world.stock.close(id, ITEM)));
        await world.run(chooserOf(picks));
        await closings;
        (await holding).forEach((outcome, index) =>
          expectHolding(world, ids[index] ?? '', quantities[index] ?? 0, outcome, closed),
        );
      }),
      { numRuns: 300 },
    );
  });
});

function expectHolding(
  world: World,
  executionId: string,
  quantity: number,
  outcome: HoldOutcome,
  closed: ReadonlySet<string>,
): void {
  if (closed.has(executionId)) expect(world.heldBy(executionId)).toBe(0);
  else if (outcome === 'held') expect(world.heldBy(executionId)).toBe(quantity);
  else expect(outcome).toBe('sold-out');
}

/** The objects as a process sees them that dies after so many calls. */
function dyingAfter(calls: number, objects: SteppedObjects): Pick<SteppedObjects, 'get' | 'update'> {
  let left = calls;
  const live = () => {
    left -= 1;
    if (left < 0) throw new Error('the process died');
  };
  return {
    get: async (key) => {
      live();
      return objects.get(key);
    },
    update: async (key, change) => {
      live();
      return objects.update(key, (current) => {
        live();
        return change(current);
      });
    },
  };
}
