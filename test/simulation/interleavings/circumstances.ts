import { seededRandom } from '../../../demo/load/seeded-random.ts';

/** What may go wrong, with how often in a mild schedule and in a wild one. What it is a share of stands beside it. */
const RATES = {
  /** Of conditional writes: S3 answers 409. */
  conflicts: [0.02, 0.2],
  /** Of calls to S3: it answers 503, and has done nothing or all of it. */
  refusals: [0.01, 0.08],
  /** Of writes: done, no answer comes, and the SDK repeats them. */
  'lost-answers': [0.03, 0.2],
  /** Of calls: the answer comes later than what it says was true. */
  'slow-answers': [0.05, 0.3],
  /** Of a dead process's calls on their way: carried out some time after its death. */
  'late-landings': [0.2, 0.6],
  /** Of turns. */
  'monitor-crashes': [0.004, 0.03],
  'coordinator-crashes': [0.01, 0.05],
  /** Of invocations: the function throws; is killed at its timeout or dies; could not be loaded. */
  'function-errors': [0.1, 0.5],
  'function-deaths': [0.1, 0.4],
  'failed-inits': [0.03, 0.2],
  /** Of invocations: every call it makes takes long. */
  'slow-functions': [0.1, 0.5],
  /** Of events. */
  'lost-events': [0.05, 0.4],
  'late-events': [0.1, 0.5],
  'repeated-events': [0.1, 0.6],
  /** Of lines of the log and of records of failed events, for each monitor. */
  'lost-signals': [0.1, 0.7],
  'late-signals': [0.2, 0.8],
  'repeated-signals': [0.1, 0.5],
  /** Of what recovery writes to undo: it is refused, so that handlers fail again and again. */
  'stuck-recoveries': [0.2, 0.7],
  /** Of looks at a silent attempt: its reason is still searched for in the log. */
  'slow-evidence': [0.2, 0.7],
  /** Of the monitor's own invocations: Lambda refuses them, or takes them and does not say so. */
  'refused-invocations': [0.05, 0.3],
  /** Of orders: the card is declined, or the order can be read by nobody. */
  declines: [0.1, 0.3],
  poison: [0.1, 0.3],
  /** Of requests: sent again, or by two at once. */
  'repeated-requests': [0.2, 0.7],
  /** Of failed orders. */
  redrives: [0.5, 1],
  /** Of schedules: somebody changes how many units there are, while orders take them. */
  restocks: [0.1, 0.5],
  /** Of processes: their clocks are off. */
  'wrong-clocks': [0.3, 1],
  /** Of schedules. */
  'second-monitor': [0.7, 1],
  'second-coordinator': [0.5, 1],
  /** Of sweeps: they come early, or go over everything. */
  'early-sweeps': [0.3, 1],
  'full-passes': [0.1, 0.3],
  /** Of schedules: what is not tried again is held for a person, who asks for recoveries. */
  holds: [0.3, 1],
} as const;

export type Trouble = keyof typeof RATES;
export const TROUBLES = Object.keys(RATES) as readonly Trouble[];

/** Troubles that do harm together more than alone: one of these sets is wild in each schedule, the rest is as it comes. */
const FOCUSES: readonly (readonly Trouble[])[] = [
  [],
  // One run of an event fails for good while another one is slow, or has not begun.
  ['repeated-events', 'late-events', 'slow-functions', 'function-errors'],
  ['repeated-events', 'failed-inits', 'slow-functions', 'lost-events'],
  ['conflicts', 'refusals', 'lost-answers', 'slow-answers'],
  ['second-monitor', 'monitor-crashes', 'late-landings', 'function-deaths', 'repeated-signals'],
  ['second-coordinator', 'coordinator-crashes', 'lost-answers', 'repeated-requests', 'redrives', 'declines'],
  ['second-monitor', 'lost-events', 'lost-signals', 'late-signals', 'wrong-clocks', 'full-passes'],
  ['function-errors', 'stuck-recoveries', 'monitor-crashes', 'restocks'],
];

const CALM_HASTE = 0.002;

/** What is the case in one schedule: drawn from its seed, and what is left out of it to see what a failure needs. */
export class Circumstances {
  readonly random: () => number;
  readonly orders: number;
  /** Units of the item that all orders are for: so few that some orders seek or find it sold out, or enough. */
  readonly units: number;
  readonly evidenceSlackMs: number;
  readonly #stormyHaste: number;
  /** The longest pause between two rounds of housekeeping. */
  readonly housekeepingMs: number;
  /** How long everything goes wrong before it stops, milliseconds. */
  readonly stormMs: number;
  /** Whether it goes on until what ended is folded away. */
  readonly hasAfterlife: boolean;
  readonly #rates: ReadonlyMap<Trouble, number>;
  #isCalm = false;

  constructor(seed: number, without: readonly Trouble[] = []) {
    // Of a stream of its own, so that leaving one trouble out leaves the others as they were.
    const draw = seededRandom(seed, 'circumstances');
    const pick = <T>(values: readonly T[]): T => values[Math.floor(draw() * values.length)] as T;
    this.random = seededRandom(seed, 'schedule');
    const focus = pick(FOCUSES);
    this.orders = pick([1, 1, 2, 2, 3]);
    this.units = pick([2, 4, 9, 100]);
    this.evidenceSlackMs = pick([20_000, 20_000, 120_000]);
    this.#stormyHaste = pick([0.002, 0.02, 0.1, 0.3]);
    this.housekeepingMs = pick([30_000, 240_000, 240_000]);
    this.hasAfterlife = draw() < 0.1;
    this.stormMs = pick([5_000, 60_000, 200_000]);
    this.#rates = new Map(
      TROUBLES.map((trouble): [Trouble, number] => {
        const [mild, wild] = RATES[trouble];
        const drawn = pick([0, 0, mild, wild]);
        const rate = focus.includes(trouble) ? wild : drawn;
        return [trouble, without.includes(trouble) ? 0 : rate];
      }),
    );
  }

  /** From now on nothing more goes wrong. */
  calmDown(): void {
    this.#isCalm = true;
  }

  get isCalm(): boolean {
    return this.#isCalm;
  }

  /** How slow calls are: the share of turns at which time goes on although some wait. */
  get haste(): number {
    return this.#isCalm ? CALM_HASTE : this.#stormyHaste;
  }

  /** Whether it goes wrong this time. */
  strikes(trouble: Trouble): boolean {
    const rate = this.#isCalm ? 0 : (this.#rates.get(trouble) ?? 0);
    return rate > 0 && this.random() < rate;
  }

  /** A whole number from `least` to `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.random() * (most - least + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.random() * values.length)] as T;
  }

  /** The troubles that this schedule has. */
  troubles(): readonly Trouble[] {
    return TROUBLES.filter((trouble) => (this.#rates.get(trouble) ?? 0) > 0);
  }
}
