import { planShares } from '../../../booking/allocation.ts';
import { STOCK_HORIZON_MS } from '../../../booking/horizon.ts';
import { itemKey, stockShardKey } from '../../../booking/keys.ts';
import { emptyShard, STOCK_SHARDS } from '../../../booking/stock.ts';
import { BOOKING } from '../../../booking/workflow.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import { orderKey } from '../../../workflow/keys.ts';
import { APP_STORE_BUCKET, type MemoryS3 } from '../../support/memory-s3.ts';
import { Circumstances, type Trouble } from './circumstances.ts';
import { Clients, ITEM } from './clients.ts';
import { ControlProcesses } from './control-processes.ts';
import { CoordinatorProcess, newExecutionId } from './coordinator-process.ts';
import { MonitorProcess } from './monitor-process.ts';
import { AS_BUILT, type Protocol } from './protocol.ts';
import { Scheduler } from './scheduler.ts';
import { SignalDeliveries } from './signal-deliveries.ts';
import { SteppedLambda, TIMEOUT_MS } from './stepped-lambda.ts';
import { SteppedS3 } from './stepped-s3.ts';
import { UNTOLD, WrittenStory, type Story } from './story.ts';
import { violationsAtTheEnd } from './verdict.ts';
import { Witness, type Violation } from './witness.ts';
import { elapse, type World } from './world.ts';

export interface ScheduleOptions {
  readonly seed: number;
  readonly protocol?: Protocol;
  readonly without?: readonly Trouble[];
  /** Whether to write down what happened: it makes a schedule slower, and changes nothing in it. */
  readonly isTold?: boolean;
}

export interface ScheduleResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly turns: number;
  readonly orders: number;
  readonly crashes: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly troubles: readonly Trouble[];
  readonly story: readonly string[];
}

const STARTS_AT = Date.UTC(2026, 0, 1, 12);
/** Far more than any schedule takes that comes to an end. */
const MAX_TURNS = 30_000;
/** The booking, of which a person wants to see every failure before it is undone. */
const HOLDING: WorkflowDefinition = {
  ...BOOKING,
  steps: BOOKING.steps.map((step) => ({ ...step, onGivingUp: 'hold' })),
};
/** After the eighth failed try of recovery, which is more than fit into a storm. */
const LONGEST_RECOVERY_PAUSE_MS = 256_000;

/** One schedule, from its seed alone: orders in a storm of troubles, then calm, then the verdict. */
export async function runSchedule({
  seed,
  protocol = AS_BUILT,
  without = [],
  isTold = false,
}: ScheduleOptions): Promise<ScheduleResult> {
  const circumstances = new Circumstances(seed, without);
  const { random } = circumstances;
  const scheduler = new Scheduler({ startsAt: STARTS_AT, random, haste: () => circumstances.haste });
  const written = isTold ? new WrittenStory(() => scheduler.now()) : undefined;
  const story: Story = written ?? UNTOLD;
  const world: World = { scheduler, circumstances, story, outside: { name: 'world', pace: 1 } };
  return new Schedule(world, protocol).run(seed).then((result) => ({
    ...result,
    story: written?.lines ?? [],
    violations: result.violations.map(({ promise, what }) => ({ promise, what: written?.readable(what) ?? what })),
  }));
}

class Schedule {
  readonly #world: World;
  readonly #s3: SteppedS3;
  readonly #lambda: SteppedLambda;
  readonly #witness: Witness;
  readonly #signals: SignalDeliveries;
  readonly #clients: Clients;
  readonly #processes: ControlProcesses;
  readonly #poison = { unreadable: [] as string[], unknown: [] as string[] };
  #poisonUnderWay = 0;

  constructor(world: World, protocol: Protocol) {
    this.#world = world;
    const isHolding = world.circumstances.strikes('holds');
    const definition = isHolding ? HOLDING : BOOKING;
    this.#processes = new ControlProcesses({
      world,
      monitorIn: (process) =>
        new MonitorProcess({
          world,
          s3: this.#s3,
          lambda: this.#lambda,
          definition,
          protocol,
          process,
          onDefect: (sentence) => this.#witness.violate('every execution ends', sentence),
        }),
      coordinatorIn: (process) => new CoordinatorProcess({ world, s3: this.#s3, protocol, process }),
    });
    this.#s3 = new SteppedS3({
      world,
      onWritten: (done) => {
        this.#witness.noteWritten(done, this.#lambda);
        this.#lambda.notify(done);
      },
    });
    this.#signals = new SignalDeliveries(world, this.#processes.seats);
    this.#witness = new Witness(world, this.#s3.memory);
    this.#lambda = new SteppedLambda({
      world,
      s3: this.#s3,
      protocol,
      signals: this.#signals,
      onRun: (event) => this.#witness.noteRun(event),
    });
    this.#clients = new Clients({
      world,
      coordinators: this.#processes.desks,
      witness: this.#witness,
      hasPerson: isHolding,
    });
  }

  async run(seed: number): Promise<ScheduleResult> {
    const { scheduler, circumstances } = this.#world;
    putOnSale(this.#s3.memory, circumstances.units);
    this.#processes.startAll();
    this.#clients.start();
    for (let n = 0; n < circumstances.orders; n += 1) if (circumstances.strikes('poison')) void this.#placePoison();
    const stormEndsAt = scheduler.now() + circumstances.stormMs;
    await this.#goOn(
      () => scheduler.now() < stormEndsAt,
      () => this.#processes.crashSomebody(),
    );
    circumstances.calmDown();
    this.#processes.calmDown();
    await this.#settle();
    if (this.#isQuiet() && circumstances.hasAfterlife) await this.#foldEverything();
    this.#witness.checkUnits();
    for (const executionId of this.#witness.open)
      this.#witness.violate('every execution ends', `${executionId} has not ended in time`);
    if (!this.#isQuiet() && this.#witness.open.size === 0)
      this.#witness.violate('every execution ends', 'something goes on for ever');
    const { violations } = this.#witness;
    const ends = [...this.#endings()];
    return {
      seed,
      violations: [...violations, ...(await violationsAtTheEnd(this.#s3.memory, this.#poison))],
      turns: scheduler.turns,
      orders: ends.length,
      crashes: this.#processes.crashes,
      succeeded: ends.filter((end) => end === 'SUCCEEDED').length,
      failed: ends.filter((end) => end === 'FAILED').length,
      troubles: circumstances.troubles(),
      story: [],
    };
  }

  /** Everything ends within a bound; what appeared behind the sweep's mark after the next full pass. */
  async #settle(): Promise<void> {
    const { scheduler, circumstances } = this.#world;
    const boundMs = boundOf(circumstances.evidenceSlackMs) + this.#processes.aheadMs;
    for (let passes = 0; passes < 2; passes += 1) {
      const endsAt = scheduler.now() + boundMs;
      await this.#goOn(() => scheduler.now() < endsAt);
      if (this.#isQuiet()) return;
      for (const { monitor } of this.#processes.seats) void monitor?.fullPass();
    }
    const endsAt = scheduler.now() + boundMs;
    await this.#goOn(() => scheduler.now() < endsAt);
  }

  /** Long after everything has ended. */
  async #foldEverything(): Promise<void> {
    const { scheduler } = this.#world;
    for (const pauseMs of [2 * STOCK_HORIZON_MS, 0]) {
      let isDone = false;
      const work = async () => {
        await elapse(this.#world, pauseMs + this.#processes.aheadMs);
        await this.#processes.seats[0]?.monitor?.housekeep();
        isDone = true;
      };
      void work();
      while (!isDone && scheduler.turns < MAX_TURNS) await scheduler.turn();
    }
    this.#witness.checkFolded();
  }

  async #goOn(isTime: () => boolean, beforeEach: () => void = () => undefined): Promise<void> {
    const { scheduler } = this.#world;
    while (isTime() && !this.#isQuiet() && scheduler.turns < MAX_TURNS) {
      beforeEach();
      if (!(await scheduler.turn())) return;
    }
  }

  #isQuiet(): boolean {
    return (
      this.#clients.busy === 0 &&
      this.#lambda.underWay === 0 &&
      this.#signals.underWay === 0 &&
      this.#poisonUnderWay === 0 &&
      this.#witness.open.size === 0 &&
      this.#poison.unreadable.every((executionId) => this.#witness.isSetAside(executionId))
    );
  }

  *#endings() {
    for (const key of this.#s3.memory.keys(APP_STORE_BUCKET, 'orders/')) {
      const executionId = key.slice('orders/'.length, -'.json'.length);
      yield this.#witness.endOf(executionId);
    }
  }

  async #placePoison(): Promise<void> {
    const { circumstances, scheduler, story } = this.#world;
    this.#poisonUnderWay += 1;
    await elapse(this.#world, circumstances.between(0, 10_000));
    const executionId = newExecutionId(scheduler.now(), circumstances.random);
    const isReadable = circumstances.random() < 0.5;
    const order = {
      executionId,
      workflow: { name: BOOKING.name, version: 99 },
      submittedAt: scheduler.now(),
      input: {},
    };
    this.#s3.memory.place(APP_STORE_BUCKET, orderKey(executionId), isReadable ? order : 'no order at all');
    story.tell(
      'world',
      () => `an order that ${isReadable ? 'is of an unknown workflow' : 'cannot be read'}: ${executionId}`,
    );
    this.#poison[isReadable ? 'unknown' : 'unreadable'].push(executionId);
    this.#lambda.notify({ bucket: APP_STORE_BUCKET, key: orderKey(executionId) });
    this.#poisonUnderWay -= 1;
  }
}

/** Every attempt of every step waited for to its deadline, each found a sweep later, and recovery's longest pause by then. */
function boundOf(evidenceSlackMs: number): number {
  const attempts = BOOKING.steps.reduce((sum, { retry }) => sum + retry.maxAttempts, 0);
  return attempts * (TIMEOUT_MS + 2 * evidenceSlackMs + 15_000) + LONGEST_RECOVERY_PAUSE_MS;
}

/** An item as `PUT /items` leaves it. */
function putOnSale(memory: MemoryS3, units: number): void {
  const none = Array.from({ length: STOCK_SHARDS }, () => 0);
  const shares = planShares(units, none) ?? none;
  const item = { ...ITEM, units, revision: 1 };
  memory.place(APP_STORE_BUCKET, itemKey(ITEM.itemId), { ...item, allocation: { revision: 1, shares } });
  for (const [index, share] of shares.entries()) {
    const shard = { ...emptyShard(ITEM.itemId, index), revision: 1, units: share };
    memory.place(APP_STORE_BUCKET, stockShardKey(ITEM.itemId, index), shard);
  }
}
