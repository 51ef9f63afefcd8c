import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  LogQueryWidget,
  MathExpression,
  Metric,
  type IAlarm,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { COORDINATOR_METRICS } from '../coordinator/metric-names.ts';
import { MONITOR_METRICS, SIGNAL_DIMENSION } from '../monitor/metric-names.ts';
import { METRIC_NAMESPACE, STACK_DIMENSION } from '../platform/metric-names.ts';
import { FAILURE_KIND_DIMENSION, RECOVERY_METRICS } from '../recovery/metric-names.ts';
import { stackMetric } from './stack-metric.ts';
import type { Stage } from './stage.ts';

export interface DashboardProps {
  readonly stage: Stage;
  /** Of the functions. */
  readonly stepLogs: ILogGroup;
  /** Of coordinator and monitor. */
  readonly nodeLogs: ILogGroup;
  readonly alarms: readonly IAlarm[];
  /** The control node's auto-scaling group. */
  readonly groupName?: string;
}

const THIRD = { width: 8, height: 6 };
const HALF = { width: 12, height: 6 };

/** What the system does and copes with, on one page. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    dashboard.addWidgets(
      new AlarmStatusWidget({
        title: `Alarms of ${props.stage.name}`,
        alarms: [...props.alarms],
        width: 24,
        height: 3,
      }),
    );
    dashboard.addWidgets(
      this.#graph('Orders and how they ended', [
        this.#sum(COORDINATOR_METRICS.ordersAccepted, 'accepted'),
        this.#sum(MONITOR_METRICS.executionsSucceeded, 'succeeded'),
        this.#sum(RECOVERY_METRICS.executionsFailed, 'failed, rejections included'),
        this.#sum(RECOVERY_METRICS.faults, 'faults'),
        stackMetric(this, MONITOR_METRICS.openIncidents, { statistic: 'Maximum', label: 'open incidents' }),
        this.#sum(COORDINATOR_METRICS.apiErrors, 'API errors'),
      ]),
      this.#graph('Failures by kind', [this.#by(RECOVERY_METRICS.executionsFailed, FAILURE_KIND_DIMENSION, 'Sum')]),
      this.#graph('Recovery', [
        this.#sum(MONITOR_METRICS.attemptsClaimed, 'attempts claimed'),
        this.#sum(RECOVERY_METRICS.recoveryAttemptsFailed, 'recoveries failed'),
        this.#sum(RECOVERY_METRICS.recoveriesGivenUp, 'recoveries given up'),
        this.#sum(RECOVERY_METRICS.executionsHeld, 'held for a person'),
        this.#sum(MONITOR_METRICS.executionsQuarantined, 'quarantined'),
        this.#sum(MONITOR_METRICS.barredWrites, 'late writes barred'),
        this.#sum(MONITOR_METRICS.repairsWithheld, 'withheld by a monitor that only shows'),
      ]),
    );
    dashboard.addWidgets(
      this.#graph('From evidence to detection, ms', [
        this.#by(MONITOR_METRICS.detectionLatency, SIGNAL_DIMENSION, 'p50'),
        this.#by(MONITOR_METRICS.detectionLatency, SIGNAL_DIMENSION, 'p99'),
      ]),
      this.#graph('From detection to recovery, ms', [
        stackMetric(this, RECOVERY_METRICS.recoveryLatency, { statistic: 'p50', label: 'p50' }),
        stackMetric(this, RECOVERY_METRICS.recoveryLatency, { statistic: 'p99', label: 'p99' }),
      ]),
      this.#graph('How far behind with each signal, ms', [
        stackMetric(this, MONITOR_METRICS.watermarkLag, { statistic: 'Minimum', label: 'log: watermark lag' }),
        stackMetric(this, MONITOR_METRICS.visibilityLag, { statistic: 'Minimum', label: 'log: visibility lag' }),
        stackMetric(this, MONITOR_METRICS.ingestionLag, { statistic: 'Maximum', label: 'log: ingestion lag' }),
        stackMetric(this, MONITOR_METRICS.failedEventsLag, { statistic: 'Minimum', label: 'failed events lag' }),
        stackMetric(this, MONITOR_METRICS.sweepLag, { statistic: 'Minimum', label: 'sweep lag' }),
      ]),
    );
    dashboard.addWidgets(
      this.#graph('What the log did not tell', [
        this.#sum(MONITOR_METRICS.sweepFindings, 'sweep findings'),
        this.#sum(MONITOR_METRICS.looksTurnedAway, 'looks turned away'),
        this.#sum(MONITOR_METRICS.failuresNotAttributed, 'failures not attributed'),
        this.#sum(MONITOR_METRICS.logCallsThrottled, 'log calls throttled'),
        this.#sum(MONITOR_METRICS.failedEventsRead, 'failed events read'),
        this.#sum(MONITOR_METRICS.failedEventsNotUnderstood, 'failed events not understood'),
      ]),
      this.#graph('Heartbeats, and what cannot be reached', [
        this.#sum(COORDINATOR_METRICS.heartbeat, 'coordinators'),
        this.#sum(MONITOR_METRICS.heartbeat, 'monitors'),
        stackMetric(this, COORDINATOR_METRICS.storesNotAnswering, {
          statistic: 'Minimum',
          label: 'buckets that do not answer the coordinator',
        }),
        stackMetric(this, MONITOR_METRICS.looksFailing, {
          statistic: 'Minimum',
          label: 'executions that the monitor cannot look at',
        }),
      ]),
      ...(props.groupName === undefined ? [] : [this.#graph('CPU of the control node, %', [cpuOf(props.groupName)])]),
    );
    dashboard.addWidgets(
      newestLines('Errors and warnings of coordinator and monitor', props.nodeLogs, {
        fields: ['level', 'name', 'message', 'executionId', 'error.message'],
        condition: "level in ['error', 'warn']",
      }),
      newestLines('Functions that failed', props.stepLogs, {
        fields: ['@message'],
        condition: '@message like /FAILED|Invoke Error|Status: (error|timeout|failure)|Task timed out/',
      }),
    );
    this.#tellAddress(dashboard.dashboardName);
  }

  #sum(metricName: string, label: string): Metric {
    return stackMetric(this, metricName, { label });
  }

  /** A line for each value of the dimension that there is: kinds need not be listed here. */
  #by(metricName: string, dimension: string, statistic: string): MathExpression {
    const schema = `{${METRIC_NAMESPACE},${STACK_DIMENSION},${dimension}}`;
    const filter = `MetricName="${metricName}" ${STACK_DIMENSION}="${Stack.of(this).stackName}"`;
    return new MathExpression({
      expression: `SEARCH('${schema} ${filter}', '${statistic}', 60)`,
      usingMetrics: {},
      label: statistic === 'Sum' ? '' : statistic,
      period: Duration.minutes(1),
    });
  }

  #graph(title: string, left: IMetric[]): GraphWidget {
    return new GraphWidget({ title, left, leftYAxis: { min: 0, showUnits: false }, ...THIRD });
  }

  /** As the console of the standard partition words it; those of China and GovCloud have names of their own. */
  #tellAddress(dashboardName: string): void {
    const { region } = Stack.of(this);
    new CfnOutput(this, 'Url', {
      description: 'The dashboard in the console',
      value: `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`,
    }).overrideLogicalId('DashboardUrl');
  }
}

/** EC2 measures it from outside, every five minutes; memory would take an agent's metrics. */
function cpuOf(groupName: string): Metric {
  return new Metric({
    namespace: 'AWS/EC2',
    metricName: 'CPUUtilization',
    dimensionsMap: { AutoScalingGroupName: groupName },
    statistic: 'Maximum',
    period: Duration.minutes(5),
    label: 'CPU',
  });
}

function newestLines(
  title: string,
  group: ILogGroup,
  { fields, condition }: { readonly fields: readonly string[]; readonly condition: string },
): LogQueryWidget {
  return new LogQueryWidget({
    title,
    logGroupNames: [group.logGroupName],
    queryLines: [
      `fields ${['@timestamp', ...fields].join(', ')}`,
      `filter ${condition}`,
      'sort @timestamp desc',
      'limit 50',
    ],
    ...HALF,
  });
}
