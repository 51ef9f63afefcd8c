import type { ItemInput } from '../../../booking/item.ts';
import { ItemStore, type PutItem } from '../../../booking/item-store.ts';
import { BOOKING } from '../../../booking/workflow.ts';
import { ItemQuotes } from '../../../coordinator/item-quotes.ts';
import {
  requestRecovery,
  type RecoveryRequested,
  type RequestRecoveryCollaborators,
} from '../../../coordinator/request-recovery.ts';
import { redrive, type Redrive, type RedriveCollaborators } from '../../../coordinator/redrive.ts';
import {
  submitOrder,
  type OrderRequest,
  type Submission,
  type SubmitOrderCollaborators,
} from '../../../coordinator/submit-order.ts';
import { randomHex } from '../../support/simulated-sandboxes.ts';
import type { Protocol } from './protocol.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import type { SteppedS3 } from './stepped-s3.ts';
import type { World } from './world.ts';

export interface CoordinatorProcessOptions {
  readonly world: World;
  readonly s3: SteppedS3;
  readonly protocol: Protocol;
  readonly process: SimulatedProcess;
}

/** What the coordinator does behind its routes. */
export class CoordinatorProcess {
  readonly #collaborators: SubmitOrderCollaborators & RedriveCollaborators & RequestRecoveryCollaborators;
  readonly #items: ItemStore;

  constructor({ world, s3, protocol, process }: CoordinatorProcessOptions) {
    const { clock } = process;
    const store = protocol.coordinatorStore(s3.storesOf(process, protocol));
    this.#items = new ItemStore({ objects: store.appStore });
    this.#collaborators = {
      quotes: new ItemQuotes({ items: this.#items, clock }),
      executions: store,
      appStore: store.appStore,
      workflow: BOOKING,
      clock,
      newExecutionId: () => newExecutionId(clock.now(), world.circumstances.random),
    };
  }

  submit(request: OrderRequest, key: string | undefined): Promise<Submission> {
    return submitOrder(this.#collaborators, request, key);
  }

  putItem(item: ItemInput): Promise<PutItem> {
    return this.#items.put(item);
  }

  redrive(executionId: string): Promise<Redrive> {
    return redrive(this.#collaborators, executionId);
  }

  requestRecovery(executionId: string): Promise<RecoveryRequested> {
    return requestRecovery(this.#collaborators, executionId);
  }
}

/** A UUIDv7. */
export function newExecutionId(at: number, random: () => number): string {
  const instant = at.toString(16).padStart(12, '0');
  const tail = randomHex(18, random);
  return `${instant.slice(0, 8)}-${instant.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(6)}`;
}
