import type { ExecutionStatus } from '../../workflow/execution.ts';
import type { Repair } from '../examination/plan-look.ts';

/** In which way an execution is half done. */
export const CONDITIONS = {
  'in-time': 'running, and in time',
  overdue: 'should have gone on, and has not',
  held: 'failed, and held for a person',
  'not-recovered': 'failed, and not yet recovered',
  'recovery-failed': 'failed, and its recovery failed again and again',
  unreadable: 'has an object that cannot be read',
  quarantined: 'has an object that cannot be read, and was set aside',
  'no-order': 'has facts, and no order',
  'not-ours': 'belongs to another workflow, or another version of it',
  'contradicting-slots': 'has ended, and its stock or payment says otherwise',
} as const;

export type Condition = keyof typeof CONDITIONS;

/** One object in S3 and what it says. */
export interface Evidence {
  /** S3's LastModified, milliseconds since the epoch, in whole seconds. */
  readonly at: number;
  readonly object: string;
  readonly says: string;
}

/** What a recovery handler's own check reads now. */
export type HandlerState = { readonly handler: string; readonly step: string } & (
  { readonly isUndone: boolean; readonly state: unknown } | { readonly error: string }
);

export interface PlannedRepair {
  readonly repair: Repair | { readonly kind: 'quarantine'; readonly reason: string };
  readonly says: string;
  /** The handlers that it runs, or leads to, in their order. */
  readonly handlers: readonly HandlerState[];
}

/** A deadline that has passed. */
export interface MissedDeadline {
  readonly step: string;
  readonly attempt: number;
  readonly since: number;
  readonly dueAt: number;
}

/** An execution that is half done, with what is known of it and what would be done. Instants: milliseconds since the epoch. */
export interface Finding {
  readonly executionId: string;
  readonly condition: Condition;
  readonly status?: ExecutionStatus;
  readonly missed: readonly MissedDeadline[];
  readonly facts: readonly Evidence[];
  readonly repairs: readonly PlannedRepair[];
  /** When the monitor looks at it again by itself. */
  readonly lookAgainAt?: number;
  /** What only a person can decide. */
  readonly note?: string;
}

export type Inspected =
  | { readonly kind: 'half-done'; readonly finding: Finding }
  | { readonly kind: 'ended'; readonly status: ExecutionStatus; readonly facts: readonly Evidence[] }
  | { readonly kind: 'gone' };
