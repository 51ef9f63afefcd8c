import type { MonitorMode } from './monitor-mode.ts';

/** What the stack tells the monitor: the contract between the output `ControlNodeEnvironment` and its entry point. */
export interface MonitorEnvironment {
  readonly AWS_REGION: string;
  /** Tells this stack's metrics from those of others in the account. */
  readonly STACK_NAME: string;
  readonly APP_STORE_BUCKET: string;
  readonly STATE_STORAGE_BUCKET: string;
  /** The log group that all functions of the workflow share. */
  readonly LOG_GROUP: string;
  /** Of the queue that is the on-failure destination of all functions of the workflow. */
  readonly FAILED_EVENTS_QUEUE_URL: string;
  /** JSON of {@link StepFunctions}. */
  readonly STEP_FUNCTIONS: string;
  /** Milliseconds, decimal: how long after a step's timeout evidence may still arrive before the monitor acts without. */
  readonly EVIDENCE_SLACK_MS: string;
  /** Decimal: how many executions it looks at in a second, at most. Absent: work-pace.ts says how many and why. */
  readonly LOOKS_PER_SECOND?: string;
  /** Decimal: how many functions it invokes in a second, at most. Absent: the same. */
  readonly INVOCATIONS_PER_SECOND?: string;
  /** Whether the monitor acts, or only shows what it would do. */
  readonly MONITOR_MODE: MonitorMode;
  /** Decimal: after how many days an order expires. Nothing acts on an order in its last days. */
  readonly ORDER_RETENTION_DAYS: string;
}

/**
 * The stream of the shared log group that the monitors write to: the stack allows this one alone. Lambda chooses the names
 * of its streams, and none begins like this.
 */
export const CANARY_STREAM = 'canary/monitor';

/** The Lambda function behind each step of the workflow, by the step's name. */
export type StepFunctions = Readonly<Record<string, StepFunctionFacts>>;

export interface StepFunctionFacts {
  readonly functionName: string;
  readonly timeoutMs: number;
}
