import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { MonitorEnvironment } from '../monitor/environment.ts';

/** The steps of the workflow that the stack deploys, by the names that their records bear. */
export type StepName = 'confirm-order' | 'payment';

export type MonitorMode = MonitorEnvironment['MONITOR_MODE'];

/** What differs between one deployment and another. The literals are in `bin/stages.ts`. */
export interface Stage {
  readonly name: 'dev' | 'prod' | 'laptop';
  /** Whether buckets and logs outlive the stack, and the stack resists being deleted. */
  readonly retainData: boolean;
  readonly logRetentionDays: 7 | 90;
  /** Lambda counts timeouts in whole seconds: multiples of 1,000. */
  readonly stepTimeoutsMs: Readonly<Record<StepName, number>>;
  /** How long after a step's timeout the monitor waits for evidence before it acts without. */
  readonly evidenceSlackMs: number;
  /**
   * How many executions the monitor looks at, and how many functions it invokes, in a second, at most: less for an account
   * with little concurrency, for instance. What is absent is the monitor's own (monitor/queue/work-pace.ts).
   */
  readonly monitorRates?: { readonly looksPerSecond?: number; readonly invocationsPerSecond?: number };
  /** Whether the monitor acts, or only shows what it would do. */
  readonly monitorMode: MonitorMode;
  /** Of the control node; arm64. */
  readonly instanceType: 't4g.micro' | 't4g.small';
  /** Who is told of alarms, once the address has confirmed the subscription. Absent: alarms only show. */
  readonly alarmEmail?: string;
}

export function removalPolicyOf(stage: Stage): RemovalPolicy {
  return stage.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

export function logRetentionOf(stage: Stage): RetentionDays {
  return stage.logRetentionDays === 7 ? RetentionDays.ONE_WEEK : RetentionDays.THREE_MONTHS;
}
