import type { MetricDimension, MetricUnit } from './metrics.ts';
import { METRIC_NAMESPACE, STACK_DIMENSION } from './metric-names.ts';

/** The values that one metric had within a minute. */
export interface MetricSeries {
  readonly name: string;
  readonly unit: MetricUnit;
  readonly dimension?: MetricDimension;
  readonly values: readonly number[];
}

/** One log line that CloudWatch Logs turns into metrics. The root has the values, under the names that `_aws` gives. */
export interface EmfDocument {
  readonly _aws: {
    /** Milliseconds since the epoch. */
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly [
      {
        readonly Namespace: string;
        readonly Dimensions: readonly (readonly string[])[];
        readonly Metrics: readonly { readonly Name: string; readonly Unit: MetricUnit }[];
      },
    ];
  };
  readonly [member: string]: unknown;
}

/**
 * Limits of the embedded metric format, of whose violation nobody is told but by the account's metric EMFValidationErrors
 * (CloudWatch user guide, "Specification: Embedded metric format").
 */
export const MAX_METRICS_A_DOCUMENT = 100;
export const MAX_VALUES_A_METRIC = 100;

/**
 * Words a minute's series as documents: one for each dimension, more where a metric has more values than a document may
 * carry. What has a dimension is also counted without it, so that an alarm need not know every kind of failure.
 */
export function toEmfDocuments(
  series: readonly MetricSeries[],
  { stackName, timestamp }: { readonly stackName: string; readonly timestamp: number },
): readonly EmfDocument[] {
  return groupsOf(series).flatMap((group) => {
    const { dimension } = group[0];
    return chunksOf(group.flatMap(partsOf)).map((parts) => toDocument(parts, dimension, stackName, timestamp));
  });
}

type Group = readonly [MetricSeries, ...MetricSeries[]];

function groupsOf(series: readonly MetricSeries[]): readonly Group[] {
  const groups = new Map<string, [MetricSeries, ...MetricSeries[]]>();
  for (const each of series) {
    const key = JSON.stringify([each.dimension?.name, each.dimension?.value]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()];
}

/** Parts of a series that fit into a document each. */
function partsOf(series: MetricSeries): readonly MetricSeries[] {
  const count = Math.ceil(series.values.length / MAX_VALUES_A_METRIC);
  return Array.from({ length: count }, (_, index) => ({
    ...series,
    values: series.values.slice(index * MAX_VALUES_A_METRIC, (index + 1) * MAX_VALUES_A_METRIC),
  }));
}

/** As few lists as possible, none with more metrics than a document may have, none with one name twice. */
function chunksOf(parts: readonly MetricSeries[]): readonly (readonly MetricSeries[])[] {
  const chunks: MetricSeries[][] = [];
  for (const part of parts) {
    const fitting = chunks.find(
      (chunk) => chunk.length < MAX_METRICS_A_DOCUMENT && !chunk.some(({ name }) => name === part.name),
    );
    if (fitting === undefined) chunks.push([part]);
    else fitting.push(part);
  }
  return chunks;
}

function toDocument(
  parts: readonly MetricSeries[],
  dimension: MetricDimension | undefined,
  stackName: string,
  timestamp: number,
): EmfDocument {
  const directive = {
    Namespace: METRIC_NAMESPACE,
    Dimensions: [[STACK_DIMENSION], ...(dimension === undefined ? [] : [[STACK_DIMENSION, dimension.name]])],
    Metrics: parts.map(({ name, unit }) => ({ Name: name, Unit: unit })),
  };
  return {
    _aws: { Timestamp: timestamp, CloudWatchMetrics: [directive] },
    [STACK_DIMENSION]: stackName,
    ...(dimension && { [dimension.name]: dimension.value }),
    ...Object.fromEntries(parts.map(({ name, values }) => [name, values.length === 1 ? values[0] : values])),
  };
}
