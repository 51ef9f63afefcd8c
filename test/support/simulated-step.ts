import { Ledger } from '../../booking/ledger.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { confirmOrder } from '../../lambdas/confirm-order/confirm-order.ts';
import { payment } from '../../lambdas/payment/payment.ts';
import { step, type StepOptions } from '../../lambdas/step.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { FaultPoint, StepName } from './simulated-faults.ts';

export interface SimulatedStepOptions extends Required<Pick<StepOptions, 'clock' | 'log'>> {
  readonly name: StepName;
  readonly store: ExecutionStore;
  /** What it does before its own work: prints, waits. */
  readonly begin: () => Promise<void>;
  /** Called at each point at which it may fail. */
  readonly strike: (at: FaultPoint) => Promise<void>;
}

/** The handler of a step as it is deployed, the real wrapper around the real logic, which fails where it is told to. */
export function simulatedStep({
  name,
  store,
  clock,
  log,
  begin,
  strike,
}: SimulatedStepOptions): ReturnType<typeof step> {
  const { appStore, stateStorage } = store;
  const logic =
    name === 'confirm-order'
      ? confirmOrder({ appStore, stock: new StockStore({ objects: appStore }) })
      : payment({ stateStorage, provider: new Ledger({ objects: appStore }) });
  const records: StepOptions['store'] = {
    stateStorage,
    putStepRecord: async (record) => {
      const put = await store.putStepRecord(record);
      await strike('after-record');
      return put;
    },
  };
  return step({ name, store: records, clock, log }, async (trigger) => {
    await begin();
    await strike('before-effect');
    const result = await logic(trigger);
    await strike('after-effect');
    return result;
  });
}
