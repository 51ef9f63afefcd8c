import { OrdersApi } from '../../demo/orders-api.ts';
import type { System } from '../../laptop/system-options.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { recoveryKey } from '../../workflow/keys.ts';
import { ITEM_ID } from './place-unfinished.ts';

export interface NewOrdersOptions {
  readonly system: System;
  readonly stateStorage: ObjectStore;
  readonly clock: Clock;
  /** Ends the ordering. */
  readonly until: AbortSignal;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

const EVERY_MS = 5_000;
const LOOK_EVERY_MS = 100;
const GIVEN_UP_MS = 60_000;

/**
 * Orders with a card that is declined, one every five seconds: payment says no, and the monitor has to recover. How long
 * each took from its answer to its recovery, milliseconds; a minute stands for longer.
 */
export async function orderMeanwhile(options: NewOrdersOptions): Promise<readonly number[]> {
  const { system, stateStorage, clock, until, signal } = options;
  const api = new OrdersApi(system.url, signal);
  const waits: number[] = [];
  for (let index = 0; !until.aborted; index += 1) {
    const request = { itemId: ITEM_ID, quantity: 1, paymentMethod: 'pm_card_chargeDeclined' };
    const executionId = await api.submit(request, `resume-meanwhile-${index}`);
    const orderedAt = clock.now();
    // By a HEAD of what recovery writes, as whoever owns the account: the monitor's own calls are counted.
    while ((await stateStorage.head(recoveryKey(executionId))) === undefined && clock.now() - orderedAt < GIVEN_UP_MS)
      await clock.sleep(LOOK_EVERY_MS, signal);
    waits.push(clock.now() - orderedAt);
    // The abort ends the pause, and the loop at its condition.
    await clock.sleep(EVERY_MS, AbortSignal.any([until, signal])).catch(() => undefined);
    signal.throwIfAborted();
  }
  return waits;
}
