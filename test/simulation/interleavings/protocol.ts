import { bookingHandlers } from '../../../recovery/booking/handlers.ts';
import type { RecoveryHandler } from '../../../recovery/handler.ts';
import { Recovery, type RecoveryOptions } from '../../../recovery/recovery.ts';
import type { Clock } from '../../../platform/clock.ts';
import type { ExecutionStore } from '../../../storage/execution-store.ts';
import { ObjectStore, type ObjectStoreOptions } from '../../../storage/object-store.ts';

/** The collaborators that make the protocol what it is. A test that breaks it replaces one; nobody else does. */
export interface Protocol {
  readonly createStore: (options: ObjectStoreOptions) => ObjectStore;
  /** What a function writes its record with, and holds and captures by. */
  readonly functionStore: (store: ExecutionStore) => ExecutionStore;
  readonly coordinatorStore: (store: ExecutionStore) => ExecutionStore;
  /** `invoke`: starts a step's function for an attempt, as the monitor does. */
  readonly monitorStore: (store: ExecutionStore, invoke: Invoke) => ExecutionStore;
  readonly recovery: (options: RecoveryOptions) => Recovery;
  readonly handlers: (appStore: ObjectStore) => readonly RecoveryHandler[];
  readonly functionClock: (clock: Clock) => Clock;
  readonly housekeepingClock: (clock: Clock) => Clock;
}

export type Invoke = (executionId: string, step: string, attempt: number) => Promise<unknown>;

/** As the product runs it. */
export const AS_BUILT: Protocol = {
  createStore: (options) => new ObjectStore(options),
  functionStore: (store) => store,
  coordinatorStore: (store) => store,
  monitorStore: (store) => store,
  recovery: (options) => new Recovery(options),
  handlers: (appStore) => bookingHandlers({ appStore }),
  functionClock: (clock) => clock,
  housekeepingClock: (clock) => clock,
};
