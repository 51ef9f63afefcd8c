import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, STACK_DIMENSION } from '../platform/metric-names.ts';

/** A metric that coordinator or monitor of this stack write, over all values of its further dimension. */
export function stackMetric(scope: Construct, metricName: string, options: MetricOptions = {}): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { [STACK_DIMENSION]: Stack.of(scope).stackName },
    statistic: 'Sum',
    period: Duration.minutes(1),
    ...options,
  });
}
