import type { TimeoutSpelling } from '../../local/lambda/platform-lines.ts';
import { StorageDeniedError } from '../../storage/errors.ts';
import { BOOKING } from '../../booking/workflow.ts';

export type StepName = 'confirm-order' | 'payment';

/** Where in an invocation: before the step's effect (stock, payment), between it and the step record, after the record. */
export type FaultPoint = 'before-effect' | 'after-effect' | 'after-record';

/** How a process ends before its time, by what the platform writes about it. */
export type Death = 'out-of-memory' | 'killed' | 'exit' | 'unhandled-rejection';

export type Fault =
  | { readonly kind: 'throws'; readonly at: FaultPoint; readonly error: Error }
  | { readonly kind: 'times-out'; readonly at: FaultPoint; readonly spelling: TimeoutSpelling }
  | { readonly kind: 'dies'; readonly at: FaultPoint; readonly how: Death }
  | { readonly kind: 'fails-to-load' }
  /** The event is taken, and the function is never started: no line at all. */
  | { readonly kind: 'event-lost' }
  | { readonly kind: 'event-late'; readonly byMs: number };

/** What is going to happen to an order. */
export interface Fate {
  readonly paymentMethod: string;
  readonly step?: StepName;
  readonly fault?: Fault;
  /** The first attempts fail, as many as this. */
  readonly failing: number;
  /** The event of the step comes twice, and only the first of the two invocations fails: they race for the record. */
  readonly hasHealthyTwin?: boolean;
}

export const HEALTHY: Fate = { paymentMethod: 'pm_card_visa', failing: 0 };

const MAX_ATTEMPTS = Math.min(...BOOKING.steps.map(({ retry }) => retry.maxAttempts));

/** How an execution must end, from what really happens to it. */
export function endOf({ paymentMethod, fault, failing, hasHealthyTwin }: Fate): 'SUCCEEDED' | 'FAILED' | 'either' {
  if (hasHealthyTwin === true) return 'either';
  if (paymentMethod !== HEALTHY.paymentMethod) return 'FAILED';
  if (fault === undefined || fault.kind === 'event-late' || isAfterRecord(fault)) return 'SUCCEEDED';
  return failing >= MAX_ATTEMPTS ? 'FAILED' : 'SUCCEEDED';
}

export function isAfterRecord(fault: Fault): boolean {
  return 'at' in fault && fault.at === 'after-record';
}

const ALWAYS = Number.MAX_SAFE_INTEGER;
const DEATHS: readonly Death[] = ['out-of-memory', 'killed', 'exit', 'unhandled-rejection'];

/** A fate that fails in one of the ways there are. `random` decides everything. */
export function aFailingFate(random: () => number): Fate {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const step = pick<StepName>(['confirm-order', 'payment']);
  const at = pick<FaultPoint>(['before-effect', 'after-effect']);
  const spelling = pick<TimeoutSpelling>(['status', 'message']);
  const how = pick(DEATHS);
  const passing = pick([1, 1, 1, 2, ALWAYS]);
  const failingWith = (fault: Fault, failing: number): Fate => ({ ...HEALTHY, step, fault, failing });
  const ways: readonly (() => Fate)[] = [
    () => failingWith({ kind: 'throws', at, error: new TypeError('Cannot read properties of undefined') }, ALWAYS),
    () => failingWith({ kind: 'throws', at, error: new Error('no such luck') }, ALWAYS),
    () => failingWith({ kind: 'throws', at, error: new StorageDeniedError('AccessDenied', 'could not', {}) }, ALWAYS),
    () => failingWith({ kind: 'throws', at, error: unavailable() }, passing),
    () => failingWith({ kind: 'throws', at, error: unavailable() }, passing),
    () => failingWith({ kind: 'times-out', at, spelling }, passing),
    () => failingWith({ kind: 'times-out', at, spelling }, passing),
    () => failingWith({ kind: 'dies', at, how }, ALWAYS),
    () => failingWith({ kind: 'fails-to-load' }, ALWAYS),
    () => failingWith({ kind: 'event-lost' }, pick([1, 1, 2, ALWAYS])),
    () => failingWith({ kind: 'event-late', byMs: 60_000 + random() * 300_000 }, 1),
    () => failingWith({ kind: 'dies', at: 'after-record', how }, 1),
    () => failingWith({ kind: 'times-out', at: 'after-record', spelling }, 1),
    () => ({ ...HEALTHY, paymentMethod: 'pm_card_chargeDeclined' }),
  ];
  return pick(ways)();
}

/** Fails for good in one invocation and succeeds in another, side by side: whoever is first decides. */
export function aRacingFate(random: () => number): Fate {
  const step = random() < 0.5 ? 'confirm-order' : 'payment';
  const at = random() < 0.5 ? 'before-effect' : 'after-effect';
  const fault: Fault = { kind: 'throws', at, error: new TypeError('x is not a function') };
  return { ...HEALTHY, step, fault, failing: 1, hasHealthyTwin: true };
}

function unavailable(): Error {
  return Object.assign(new Error('S3 is busy'), { name: 'SlowDown', retryable: true });
}
