import { randomUUID } from 'node:crypto';
import { awaitOrder } from '../../../demo/await-order.ts';
import type { Fault } from '../../../demo/faults/fault.ts';
import type { OrderDocument } from '../../../demo/order-document.ts';
import type { Target } from '../../../demo/target.ts';
import { ExecutionStore } from '../../../storage/execution-store.ts';
import { stepRecordKey } from '../../../workflow/keys.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

export const ITEM = { itemId: 'audited-ticket', name: 'Ticket', price: 4_500, currency: 'EUR', units: 100 };

/** Makes executions that stay half done as long as no monitor acts, each in its own way. */
export class HalfDone {
  readonly #target: Target;
  readonly store: ExecutionStore;

  constructor(target: Target) {
    this.#target = target;
    this.store = new ExecutionStore(target.stores);
  }

  order(paymentMethod = 'pm_card_visa'): Promise<string> {
    return this.#target.api.submit({ itemId: ITEM.itemId, quantity: 1, paymentMethod }, randomUUID());
  }

  async succeeded(): Promise<string> {
    const executionId = await this.order();
    await this.#until(executionId, ({ status }) => status === 'SUCCEEDED');
    return executionId;
  }

  /** Nobody tells confirm-order of it. */
  async lostEvent(): Promise<string> {
    return this.#under({ kind: 'unnotified', step: 'confirm-order' }, () => this.order());
  }

  /** Payment is killed for its memory. */
  async killed(): Promise<string> {
    return this.#under({ kind: 'code', step: 'payment', build: 'out-of-memory' }, async () => {
      const executionId = await this.order();
      await this.#until(executionId, ({ steps }) => steps.some(({ status }) => status === 'SUCCEEDED'));
      // It is under way, and is not replaced under its own feet.
      await this.#target.clock.sleep(2_000);
      return executionId;
    });
  }

  /** Its function has recorded the rejection, and nobody undoes it. */
  async declined(): Promise<string> {
    const executionId = await this.order('pm_card_chargeDeclined');
    await this.#until(executionId, ({ status }) => status === 'RECOVERING');
    return executionId;
  }

  async unreadable(): Promise<string> {
    const executionId = await this.declined();
    await this.store.stateStorage.overwrite(stepRecordKey(executionId, 'payment'), { oops: true });
    return executionId;
  }

  async orderless(): Promise<string> {
    const executionId = anExecutionId({ at: Date.now() - 60_000 });
    await this.store.putStepRecord({
      executionId,
      step: 'confirm-order',
      attempt: 1,
      status: 'SUCCEEDED',
      endedAt: Date.now(),
      writtenBy: 'function',
    });
    return executionId;
  }

  async #under(fault: Fault, act: () => Promise<string>): Promise<string> {
    const { faults } = this.#target;
    await faults.inject([fault]);
    try {
      return await act();
    } finally {
      await faults.restore([fault]);
    }
  }

  async #until(executionId: string, isDue: (order: OrderDocument) => boolean): Promise<void> {
    await awaitOrder({ target: this.#target, executionId, isDue, firstLookMs: 20, longestLookMs: 200 });
  }
}
