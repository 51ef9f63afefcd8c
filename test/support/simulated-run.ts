import type { ObservedState } from '../../demo/state/observed-state.ts';
import type { AttemptClaim } from '../../workflow/records.ts';
import type { RecordingLogger } from './recording-logger.ts';
import type { Fate } from './simulated-faults.ts';
import type { Invocation } from './simulated-invocation.ts';
import type { Print } from './simulated-lines.ts';
import type { LogConditions, SimulatedLogs } from './simulated-logs.ts';

export interface SimulatedOrder {
  readonly fate: Fate;
  /** What its functions print; asked when they do, because by then other executions run. */
  readonly prints?: (others: Others) => readonly Print[];
}

/** What somebody who knows everything knows at that moment. */
export interface Others {
  readonly invocations: readonly Invocation[];
  readonly hasEnded: (executionId: string) => boolean;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly orders: readonly SimulatedOrder[];
  /** Between two orders, milliseconds. */
  readonly spacingMs: number;
  readonly conditions: LogConditions;
  /** How long functions work; a second or so, and at times six, if it is not said. */
  readonly workMs?: (random: () => number) => number;
  /** How long a call of the monitor to S3 takes at most; as long as everybody's if it is not said. */
  readonly monitorCallMs?: number;
  /** Whether events that Lambda gives up reach the monitor's queue; without, the log and the deadline are on their own. */
  readonly hasDestination?: boolean;
}

export interface Simulated {
  readonly executionIds: readonly string[];
  readonly state: ObservedState;
  readonly invocations: readonly Invocation[];
  readonly refused: ReadonlySet<string>;
  readonly logger: RecordingLogger;
  readonly logs: SimulatedLogs;
  /** The claims of later attempts, as they lie in the state storage. */
  readonly claims: readonly AttemptClaim[];
  /** What the monitor said to keep it from its work, every ten seconds. */
  readonly complaints: readonly { readonly at: number; readonly sentences: readonly string[] }[];
}

export const SIMULATION_STARTS_AT = Date.UTC(2026, 0, 1, 12);
/** As in production (bin/stages.ts). */
export const TIMEOUT_MS = 10_000;
export const EVIDENCE_SLACK_MS = 120_000;
