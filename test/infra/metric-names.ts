import { COORDINATOR_METRICS } from '../../coordinator/metric-names.ts';
import { MONITOR_METRICS } from '../../monitor/metric-names.ts';
import { PLATFORM_METRICS } from '../../platform/metric-names.ts';
import { RECOVERY_METRICS } from '../../recovery/metric-names.ts';

/** Every metric that is written. */
export const metricNames: readonly string[] = [
  COORDINATOR_METRICS,
  MONITOR_METRICS,
  PLATFORM_METRICS,
  RECOVERY_METRICS,
].flatMap((names) => Object.values(names));
