import type { PlannedOrder } from '../demo/load/load-plan.ts';
import type { Surroundings } from '../demo/scenarios/scenario.ts';
import { readState } from '../demo/state/read-state.ts';
import type { Target } from '../demo/target.ts';
import { signalProcess } from '../laptop/process/process-group.ts';
import type { StoppableProcess, System } from '../laptop/system-options.ts';
import type { Execution } from '../workflow/execution.ts';
import { violationsOf } from './check-round.ts';
import { placeOrder, type PlacedOrder } from './customer.ts';
import { planRound, type Killed, type PlannedKill, type RoundPlan } from './round-plan.ts';
import { StackKeeper } from './stack-keeper.ts';

export interface RoundOptions {
  readonly seed: number;
  readonly orders: number;
  readonly target: Target;
  readonly system: System;
  readonly surroundings: Surroundings;
  /** Orders of the rounds before this one, which lie in the same books. */
  readonly placedBefore: readonly PlacedOrder[];
}

export interface RoundResult {
  readonly seed: number;
  readonly placed: readonly PlacedOrder[];
  /** Those that met a living process. */
  readonly kills: Readonly<Partial<Record<Killed, number>>>;
  /** Attempts that failed, by the kind of the failure. */
  readonly failures: Readonly<Record<string, number>>;
  /** From the moment at which everything was left alone to the end of the last order. */
  readonly settledInMs: number;
  readonly violations: readonly string[];
}

/**
 * Every order must have ended so long after everything was left alone. Three attempts that are each found at the deadline
 * (3 s timeout + 1.5 s slack) and the back-off between them take some 20 s; the rest is for a machine with other work.
 */
const SETTLES_WITHIN_MS = 120_000;
const SECOND_MONITOR = 'second-monitor';

/** One round: orders, faults and kills at once for ten seconds, then quiet until every order has ended, then the books. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const { seed, orders, target, surroundings, placedBefore } = options;
  const plan = planRound({ seed, orders, surroundings });
  for (const item of plan.load.items) await target.api.putItem(item);
  const round = new Round(options, plan);
  const { placed, settledInMs } = await round.run();
  const state = await readState(target.stores);
  const own = new Set(placed.flatMap(({ executionIds }) => executionIds));
  return {
    seed,
    placed,
    kills: round.kills,
    failures: countFailures(state.executions.filter(({ executionId }) => own.has(executionId))),
    settledInMs,
    violations: violationsOf([...placedBefore, ...placed], state),
  };
}

function countFailures(executions: readonly Execution[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  const attempts = executions.flatMap(({ steps }) => steps.flatMap((step) => step.attempts));
  for (const { failure } of attempts) if (failure !== undefined) counts[failure.kind] = (counts[failure.kind] ?? 0) + 1;
  return counts;
}

/** The plan of a round being carried out. */
class Round {
  readonly kills: Partial<Record<Killed, number>> = {};
  readonly #options: RoundOptions;
  readonly #plan: RoundPlan;
  readonly #keeper: StackKeeper;
  readonly #startedAt: number;
  #secondMonitor: StoppableProcess | undefined;
  #leftAloneAt: number | undefined;

  constructor(options: RoundOptions, plan: RoundPlan) {
    this.#options = options;
    this.#plan = plan;
    this.#keeper = new StackKeeper(options.target, options.system.localAws);
    this.#startedAt = options.target.clock.now();
  }

  async run(): Promise<{ readonly placed: readonly PlacedOrder[]; readonly settledInMs: number }> {
    const { load, kills, faultWindows } = this.#plan;
    await this.#keeper.putIn(load.faults);
    const orders = Promise.all(load.orders.map((planned, index) => this.#placeOrder(planned, index)));
    orders.catch(() => undefined); // Whoever awaits it below is told.
    const troubles = [
      ...kills.map((kill) => this.#at(kill.atMs, () => this.#kill(kill))),
      ...faultWindows.map(async ({ fromMs, toMs, fault }) => {
        await this.#at(fromMs, () => this.#keeper.putIn([fault]));
        await this.#at(toMs, () => this.#keeper.takeOut([fault]));
      }),
      this.#runSecondMonitor(),
    ];
    const { clock } = this.#options.target;
    try {
      for (const trouble of await Promise.allSettled(troubles)) if (trouble.status === 'rejected') throw trouble.reason;
    } finally {
      this.#leftAloneAt = clock.now();
    }
    // The faults that fail an order for good stay to the end: whoever is late must still meet them.
    const placed = await orders;
    const settledInMs = clock.now() - this.#leftAloneAt;
    await this.#keeper.takeOut(load.faults);
    return { placed, settledInMs };
  }

  async #placeOrder(planned: PlannedOrder, index: number): Promise<PlacedOrder> {
    const { target, seed } = this.#options;
    const key = `chaos-${seed}-${index}`;
    const untilAt = () => (this.#leftAloneAt ?? Number.POSITIVE_INFINITY) + SETTLES_WITHIN_MS;
    return this.#at(this.#plan.placedAtMs[index] ?? 0, () => placeOrder({ target, planned, key, untilAt }));
  }

  async #kill({ target, pick }: PlannedKill): Promise<void> {
    if (await this.#killed(target, pick)) this.kills[target] = (this.kills[target] ?? 0) + 1;
  }

  async #killed(target: Killed, pick: number): Promise<boolean> {
    const { system } = this.#options;
    switch (target) {
      case 'coordinator':
        return system.coordinator.kill('SIGKILL');
      case 'monitor':
        return system.monitor.kill('SIGKILL');
      case 'second-monitor':
        return (await this.#secondMonitor?.kill('SIGKILL')) ?? false;
      case 'function': {
        const pids = system.functionPids();
        const pid = pids[Math.floor(pick * pids.length)];
        return pid !== undefined && signalProcess(pid, 'SIGKILL');
      }
      case 'aws':
        return this.#keeper.killAws();
    }
  }

  async #runSecondMonitor(): Promise<void> {
    const { fromMs, toMs } = this.#plan.secondMonitor;
    const monitor = await this.#at(fromMs, () => this.#options.system.startMonitor(SECOND_MONITOR));
    this.#secondMonitor = monitor;
    try {
      await this.#at(toMs, () => Promise.resolve());
    } finally {
      await monitor.stop();
    }
  }

  async #at<T>(atMs: number, act: () => Promise<T>): Promise<T> {
    const { clock, signal } = this.#options.target;
    const waitMs = this.#startedAt + atMs - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs, signal);
    signal.throwIfAborted();
    return act();
  }
}
