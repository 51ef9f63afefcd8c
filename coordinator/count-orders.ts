import type { Metrics } from '../platform/metrics.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import { COORDINATOR_METRICS } from './metric-names.ts';

type Executions = Pick<ExecutionStore, 'read' | 'putOrder' | 'putRedrive' | 'putRecoveryRequest' | 'ring'>;

/** Counts orders where they come to be, at the write that won: once, however often the request is repeated and to whom. */
export function countOrders(executions: Executions, metrics: Metrics): Executions {
  return {
    read: (executionId) => executions.read(executionId),
    putRedrive: (redrive) => executions.putRedrive(redrive),
    putRecoveryRequest: (request) => executions.putRecoveryRequest(request),
    ring: (executionId, ringId) => executions.ring(executionId, ringId),
    putOrder: async (order) => {
      const put = await executions.putOrder(order);
      if (put.outcome === 'written') metrics.count(COORDINATOR_METRICS.ordersAccepted);
      return put;
    },
  };
}
