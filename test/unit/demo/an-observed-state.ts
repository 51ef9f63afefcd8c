import type { ObservedState } from '../../../demo/state/observed-state.ts';
import { emptyShard, type StockShard } from '../../../booking/stock.ts';
import type { Execution } from '../../../workflow/execution.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { anOrderInput } from '../../support/an-order.ts';

export const SUCCEEDED = anExecutionId({ n: 1 });
export const FAILED = anExecutionId({ n: 2 });

export function anExecution(fields: Partial<Execution> = {}): Execution {
  return {
    executionId: SUCCEEDED,
    status: 'SUCCEEDED',
    workflow: { name: 'booking', version: 1 },
    submittedAt: Date.UTC(2026, 0, 1),
    input: anOrderInput({ itemId: 'seat', quantity: 2, total: 2500 }),
    steps: [],
    ...fields,
  };
}

export const aFailedExecution = (): Execution =>
  anExecution({
    executionId: FAILED,
    status: 'FAILED',
    recovery: {
      failures: [],
      requests: [],
      isRequested: false,
      nextRequest: 1,
      recoveredAt: Date.UTC(2026, 0, 1),
      actions: [],
    },
  });

export function aShard(fields: Partial<StockShard> = {}): StockShard {
  return { ...emptyShard('seat', 0), units: 10, revision: 1, held: { [SUCCEEDED]: 2 }, closed: [FAILED], ...fields };
}

/** One order that succeeded and one that failed, and everything as it must be. */
export function anObservedState(fields: Partial<ObservedState> = {}): ObservedState {
  return {
    executions: [anExecution(), aFailedExecution()],
    unreadable: [],
    quarantined: [],
    items: [{ itemId: 'seat', units: 10 }],
    shards: [aShard(), aShard({ shard: 1, held: {}, closed: [] })],
    payments: [
      { executionId: SUCCEEDED, status: 'captured', paymentId: 'pay_1', total: 2500 },
      { executionId: FAILED, status: 'cancelled', paymentId: 'pay_2', total: 2500 },
    ],
    keys: [],
    ...fields,
  };
}
