import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  TreatMissingData,
  type IMetric,
  type Metric,
  type MetricOptions,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { COORDINATOR_METRICS } from '../coordinator/metric-names.ts';
import { MONITOR_METRICS } from '../monitor/metric-names.ts';
import { RECOVERY_METRICS } from '../recovery/metric-names.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { stackMetric } from './stack-metric.ts';
import type { Stage } from './stage.ts';

export interface AlarmsProps {
  readonly stage: Stage;
}

interface Condition {
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  /** Periods in a row. */
  readonly periods: number;
  readonly missing: TreatMissingData;
  /** Whether it is over once the alarm says OK. What has happened once is not: somebody still has to look. */
  readonly okMeansOver: boolean;
}

const FIVE_MINUTES: MetricOptions = { period: Duration.minutes(5) };
/** A node that dies is found by the group within two minutes or so, and a new one needs two to three to come up. */
const SILENT_MINUTES = 6;
/** Logs take up to two minutes to arrive at worst: whoever is later than that is behind by his own fault. */
const BEHIND_MS = 120_000;
/** Ten passes that did not end, or one that has a day's orders to catch up with. */
const SWEEP_BEHIND_MS = 300_000;
/** What is over within three periods needs nobody. */
const PERSISTING_PERIODS = 3;
/** A throttled moment of S3 costs a customer one or two answers. */
const MANY_API_ERRORS = 5;

/** What a person has to act on, each with its heading in docs/runbook.md. What the system copes with is on the dashboard. */
export class Alarms extends Construct {
  readonly alarms: readonly Alarm[];
  readonly #topic: AlarmTopic | undefined;

  constructor(scope: Construct, id: string, { stage }: AlarmsProps) {
    super(scope, id);
    if (stage.alarmEmail !== undefined) this.#topic = new AlarmTopic(this, 'Topic', { email: stage.alarmEmail });
    this.alarms = [
      this.#alarm(
        'CoordinatorSilent',
        'The coordinator has not said for six minutes that it runs',
        silence(stackMetric(this, COORDINATOR_METRICS.heartbeat)),
      ),
      this.#alarm(
        'MonitorSilent',
        'The monitor has not said for six minutes that it runs',
        silence(stackMetric(this, MONITOR_METRICS.heartbeat)),
      ),
      this.#alarm(
        'CoordinatorNotReady',
        'The coordinator runs, and for three minutes a bucket has not answered it',
        persisting(stackMetric(this, COORDINATOR_METRICS.storesNotAnswering), { above: 0 }),
      ),
      this.#alarm(
        'MonitorBehind',
        "The monitor runs and is more than two minutes behind with the functions' log",
        persisting(stackMetric(this, MONITOR_METRICS.watermarkLag), { above: BEHIND_MS }),
      ),
      this.#alarm(
        'MonitorBlind',
        'Nothing that functions wrote in the last two minutes is visible in their log, so failures are found at their deadline',
        persisting(stackMetric(this, MONITOR_METRICS.visibilityLag), { above: BEHIND_MS }),
      ),
      this.#alarm(
        'SweepBehind',
        'The monitor runs and has not compared orders with results for five minutes',
        persisting(stackMetric(this, MONITOR_METRICS.sweepLag), { above: SWEEP_BEHIND_MS }),
      ),
      this.#alarm(
        'FailedEventsUnread',
        'The monitor runs and has not read the queue of failed events for two minutes',
        persisting(stackMetric(this, MONITOR_METRICS.failedEventsLag), { above: BEHIND_MS }),
      ),
      this.#alarm(
        'LooksFailing',
        'For a quarter of an hour there has always been an execution that the monitor could not look at',
        persisting(stackMetric(this, MONITOR_METRICS.looksFailing, FIVE_MINUTES), { above: 0 }),
      ),
      this.#alarm(
        'RecoveryGivenUp',
        'The recovery of an execution has failed five times, so that it may hold units or money it should not',
        happened(stackMetric(this, RECOVERY_METRICS.recoveriesGivenUp, FIVE_MINUTES)),
      ),
      this.#alarm(
        'ExecutionHeld',
        'An execution failed and waits for a person before it is undone, as the policy of its step says',
        happened(stackMetric(this, RECOVERY_METRICS.executionsHeld, FIVE_MINUTES)),
      ),
      this.#alarm(
        'ExecutionQuarantined',
        'An execution was set aside, because an object of it cannot be read',
        happened(stackMetric(this, MONITOR_METRICS.executionsQuarantined, FIVE_MINUTES)),
      ),
      // In place of an alarm for each of many faults, or for their number: five alike are one trouble with one cause.
      this.#alarm(
        'IncidentOpen',
        'Many orders have failed in the same way within minutes, for another reason than a rejection',
        atLeast(1, stackMetric(this, MONITOR_METRICS.openIncidents, { statistic: 'Maximum' })),
      ),
      this.#alarm(
        'ApiErrors',
        `The coordinator answered at least ${MANY_API_ERRORS} requests in five minutes with an error of its own`,
        atLeast(MANY_API_ERRORS, stackMetric(this, COORDINATOR_METRICS.apiErrors, FIVE_MINUTES)),
      ),
    ];
  }

  #alarm(id: string, sentence: string, condition: Condition): Alarm {
    const alarm = new Alarm(this, id, {
      metric: condition.metric,
      threshold: condition.threshold,
      comparisonOperator: condition.comparison,
      evaluationPeriods: condition.periods,
      treatMissingData: condition.missing,
      alarmDescription: `${Stack.of(this).stackName}: ${sentence}. See ${runbookAddress(id)}`,
    });
    if (this.#topic !== undefined) {
      const action = new SnsAction(this.#topic.topic);
      alarm.addAlarmAction(action);
      if (condition.okMeansOver) alarm.addOkAction(action);
    }
    return alarm;
  }
}

/** Its heading in the runbook: `MonitorBehind` is explained under "Monitor behind". */
function runbookAddress(id: string): string {
  const heading = id.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return `docs/runbook.md#${heading}`;
}

/** A dead process writes no zero: missing data is the alarm. */
function silence(metric: IMetric): Condition {
  return {
    metric,
    threshold: 1,
    comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
    periods: SILENT_MINUTES,
    missing: TreatMissingData.BREACHING,
    okMeansOver: true,
  };
}

/**
 * Of two monitors or coordinators, while one replaces the other, the better one counts. When nobody measures it, that is
 * the alarm of whoever fell silent.
 */
function persisting(metric: Metric, { above }: { readonly above: number }): Condition {
  return {
    metric: metric.with({ statistic: 'Minimum' }),
    threshold: above,
    comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
    periods: PERSISTING_PERIODS,
    missing: TreatMissingData.NOT_BREACHING,
    okMeansOver: true,
  };
}

/** Counters are written only when there was something to count: no data is nothing. */
function atLeast(threshold: number, metric: IMetric): Condition {
  return {
    metric,
    threshold,
    comparison: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    periods: 1,
    missing: TreatMissingData.NOT_BREACHING,
    okMeansOver: true,
  };
}

/** Five minutes later the metric is quiet again and nothing has changed. */
function happened(metric: IMetric): Condition {
  return { ...atLeast(1, metric), okMeansOver: false };
}
