import { seededRandom } from '../demo/load/seeded-random.ts';
import { planLoad, type LoadPlan } from '../demo/load/load-plan.ts';
import type { Fault } from '../demo/faults/fault.ts';
import type { Surroundings } from '../demo/scenarios/scenario.ts';

/** What is killed with `kill -9`. `function`: one process of a function, whichever lives then. */
export const KILLED = ['coordinator', 'monitor', 'second-monitor', 'function', 'aws'] as const;
export type Killed = (typeof KILLED)[number];

export interface PlannedKill {
  /** Since the round began, as all instants of a plan. */
  readonly atMs: number;
  readonly target: Killed;
  /** 0 to 1: which one of several. */
  readonly pick: number;
}

/** A time in which a function meets a fault that is nobody's order's own, and that may be over at the next attempt. */
export interface FaultWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fault: Fault;
}

/** All that a round does on purpose. */
export interface RoundPlan {
  /** Who orders what, and which orders are to fail for good. */
  readonly load: LoadPlan;
  /** When each order of the load is placed. */
  readonly placedAtMs: readonly number[];
  readonly kills: readonly PlannedKill[];
  readonly faultWindows: readonly FaultWindow[];
  /** When the second monitor runs beside the first one. */
  readonly secondMonitor: { readonly fromMs: number; readonly toMs: number };
}

export interface RoundPlanOptions {
  readonly seed: number;
  readonly orders: number;
  readonly surroundings: Surroundings;
}

/** Orders come and processes die for so long; then everything is left alone and must come to its end. */
export const ROUND_MS = 10_000;
/** A system that has just come up is not killed before there is work to lose. */
const FIRST_KILL_MS = 400;
/** Functions die most, as on Lambda; AWS itself, whose return takes a second or two, least. */
const KILLS: Readonly<Record<Exclude<Killed, 'second-monitor'>, number>> = {
  coordinator: 3,
  monitor: 3,
  function: 8,
  aws: 2,
};
const FAILING = 0.3;
const FAULT_WINDOWS = 4;
/** Short enough that some orders meet it at one attempt and not at the next, long enough that some meet it. */
const SHORTEST_WINDOW_MS = 500;
const LONGEST_WINDOW_MS = 1_500;

/** The whole of it follows from the seed: the same seed, the same plan. When a process gets to do what is not planned. */
export function planRound({ seed, orders, surroundings }: RoundPlanOptions): RoundPlan {
  const load = planLoad({ orders, concurrency: orders, failing: FAILING, seed }, `of-seed-${seed}`);
  const arrival = seededRandom(seed, 'arrivals');
  const secondMonitor = planSecondMonitor(seededRandom(seed, 'second monitor'));
  return {
    load,
    placedAtMs: load.orders.map(() => arrival() * ROUND_MS),
    kills: planKills(seed, secondMonitor),
    faultWindows: planFaultWindows(seededRandom(seed, 'faults'), surroundings),
    secondMonitor,
  };
}

function planSecondMonitor(random: () => number): RoundPlan['secondMonitor'] {
  const fromMs = between(0, ROUND_MS * 0.3, random);
  return { fromMs, toMs: between(ROUND_MS * 0.7, ROUND_MS, random) };
}

function planKills(seed: number, { fromMs, toMs }: RoundPlan['secondMonitor']): readonly PlannedKill[] {
  const random = seededRandom(seed, 'kills');
  const kill = (target: Killed, from: number, to: number): PlannedKill => ({
    atMs: between(from, to, random),
    target,
    pick: random(),
  });
  const kills = [
    ...Object.entries(KILLS).flatMap(([target, count]) =>
      Array.from({ length: count }, () => kill(target as Killed, FIRST_KILL_MS, ROUND_MS)),
    ),
    // Not at its very start, where there is little of it to kill.
    kill('second-monitor', (fromMs + toMs) / 2, toMs),
  ];
  return kills.sort((a, b) => a.atMs - b.atMs);
}

/** One after another, because two of one part of the stack would take each other out. */
function planFaultWindows(random: () => number, surroundings: Surroundings): readonly FaultWindow[] {
  const faults = transientFaults(surroundings);
  const spanMs = ROUND_MS / FAULT_WINDOWS;
  return Array.from({ length: FAULT_WINDOWS }, (_, index) => {
    const fault = faults[Math.floor(random() * faults.length)] as Fault;
    const lengthMs = between(SHORTEST_WINDOW_MS, LONGEST_WINDOW_MS, random);
    const fromMs = index * spanMs + between(0, spanMs - lengthMs, random);
    return { fromMs, toMs: fromMs + lengthMs, fault };
  });
}

function transientFaults({ closedEndpoint, silentEndpoint }: Surroundings): readonly Fault[] {
  return [
    ...['confirm-order', 'payment'].flatMap((step): readonly Fault[] => [
      { kind: 'environment', step, variables: { AWS_ENDPOINT_URL_S3: closedEndpoint } },
      { kind: 'environment', step, variables: { AWS_ENDPOINT_URL_S3: silentEndpoint } },
      { kind: 'throttled', step },
      { kind: 'unnotified', step },
    ]),
    { kind: 'code', step: 'payment', build: 'out-of-memory' },
  ];
}

function between(from: number, to: number, random: () => number): number {
  return from + (to - from) * random();
}
