/** Names that whoever writes metrics and whoever alarms on them share. */

export const METRIC_NAMESPACE = 'StatefulServerless';

/** The dimension that every metric has: the name of the stack. */
export const STACK_DIMENSION = 'Stack';

export const PLATFORM_METRICS = {
  /** Values and series that were not written because a minute had more of them than are kept. */
  droppedMetricValues: 'DroppedMetricValues',
} as const;
