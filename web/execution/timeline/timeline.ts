import type { OrderRepresentation, StepRepresentation } from '../../../coordinator/schemas/order.ts';

export type Attempt = StepRepresentation['attempts'][number];
export type FailureSeen = NonNullable<Attempt['failure']>;
export type RecoveryAction = NonNullable<NonNullable<OrderRepresentation['recovery']>['actions']>[number];

/** What happened to an order, drawn to scale. All instants are milliseconds since the epoch. */
export interface Timeline {
  readonly fromAt: number;
  /** The order's end, or now. */
  readonly toAt: number;
  readonly lanes: readonly Lane[];
  /** In the order in which they happened. */
  readonly events: readonly TimelineEvent[];
}

export interface Lane {
  /** `order`, the name of a step, or `recovery`. */
  readonly name: string;
  readonly spans: readonly Span[];
}

export interface Span {
  readonly fromAt: number;
  readonly toAt: number;
  /** `waiting`: it could run, and Lambda had not started it. `pause`: between two attempts. `open`: still going on. */
  readonly kind: 'waiting' | 'succeeded' | 'failed' | 'pause' | 'open' | 'recovery';
  readonly label: string;
}

interface Happening {
  /** Stands for this event as long as the order is followed. */
  readonly id: string;
  readonly at: number;
  /** Known to the second only: S3's LastModified is cut off. It is then drawn as early as what came before allows. */
  readonly isRounded?: true;
  readonly lane: string;
}

export type TimelineEvent = Happening &
  (
    | { readonly kind: 'input'; readonly input: unknown }
    | { readonly kind: 'triggered'; readonly step: string; readonly by: string }
    | { readonly kind: 'retry-claimed'; readonly step: string; readonly attempt: number; readonly pauseMs: number }
    | { readonly kind: 'invoked'; readonly step: string; readonly attempt: number; readonly requestId?: string }
    | { readonly kind: 'started'; readonly step: string; readonly attempt: number; readonly requestId?: string }
    | {
        readonly kind: 'succeeded';
        readonly step: string;
        readonly attempt: number;
        readonly output?: unknown;
        readonly requestId?: string;
      }
    | { readonly kind: 'verdict'; readonly step: string; readonly failure: FailureSeen; readonly isFinal: boolean }
    | { readonly kind: 'confirmation'; readonly step: string; readonly failure: FailureSeen }
    /** An invocation came to write after it was given up, and changed nothing. */
    | {
        readonly kind: 'barred';
        readonly step: string;
        readonly attempt: number;
        readonly by: string;
        readonly write: string;
        readonly requestId: string;
      }
    | { readonly kind: 'recovery-requested' }
    | {
        readonly kind: 'handler-failed';
        readonly handler: string;
        readonly attempt: number;
        readonly error: string;
        readonly message: string;
      }
    | { readonly kind: 'recovered'; readonly actions: readonly RecoveryAction[] }
    | { readonly kind: 'ended'; readonly status: OrderRepresentation['status'] }
  );

/** A part of the story: what happened, and what took how long. */
export interface Told {
  readonly events: readonly TimelineEvent[];
  readonly spans: readonly Span[];
}
