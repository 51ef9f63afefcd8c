import type { Fault } from '../faults/fault.ts';
import type { FailureKind, Signal } from '../../workflow/failure.ts';

/** A way in which an order can go, the fault that makes it, and how it must end. */
export type Scenario = OrderScenario | BadOrderScenario;

interface ScenarioBase {
  /** Kebab-case, for `--only`. */
  readonly name: string;
  /** What is done, for the report. */
  readonly how: string;
  /** About how long it takes: the longest begin first. */
  readonly aboutMs: number;
}

export interface OrderScenario extends ScenarioBase {
  readonly kind: 'order';
  readonly faults: (surroundings: Surroundings) => readonly Fault[];
  /** Units asked for; the item has 10. */
  readonly quantity: number;
  readonly paymentMethod: string;
  /** When the fault is taken out: once the order has ended, or earlier; or once its recovery has been given up. */
  readonly repairedOnce: 'ended' | 'second-attempt-claimed' | 'recovery-given-up';
  /** The same request is sent again with its key, and with the key and another body. */
  readonly isSentTwice?: true;
  readonly expected: Expectation;
}

/** Requests that must be refused before there is an execution. */
export interface BadOrderScenario extends ScenarioBase {
  readonly kind: 'bad-order';
}

/** Addresses that differ between a laptop and an account. */
export interface Surroundings {
  /** Nobody listens there; an IP literal. */
  readonly closedEndpoint: string;
  /** Takes connections, or packets, and never answers; an IP literal. */
  readonly silentEndpoint: string;
}

export interface Expectation {
  readonly status: 'SUCCEEDED' | 'FAILED';
  /** The kind of the failure that ended the order or, where it succeeded in the end, that was coped with. */
  readonly failureKinds: readonly FailureKind[];
  /** Who must have found that failure, where it matters: where the log is silent, for instance. */
  readonly foundBy?: Signal;
  readonly steps: Readonly<Record<string, 'SUCCEEDED' | 'FAILED' | 'SKIPPED'>>;
  /** A late write is refused: what ran on after it was given up is waited for. */
  readonly isBarred?: true;
  /** Attempts of the step that failed, at least. */
  readonly attemptsAtLeast: number;
  /** Tries of recovery that failed before the one that is done, at least. */
  readonly recoveriesFailedAtLeast?: number;
}
