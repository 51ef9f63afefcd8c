import type { MiddlewareHandler } from 'hono';
import type { Metrics } from '../platform/metrics.ts';
import { COORDINATOR_METRICS } from './metric-names.ts';

/** Counts what clients can only repeat or report: answers with 5xx. */
export function countApiErrors(metrics: Metrics): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (context.res.status >= 500) metrics.count(COORDINATOR_METRICS.apiErrors);
  };
}
