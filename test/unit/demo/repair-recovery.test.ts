import { describe, expect, it } from 'vitest';
import type { OrderDocument } from '../../../demo/order-document.ts';
import { repairRecovery } from '../../../demo/scenarios/repair-recovery.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { aFailedOrder, SUBMITTED_AT } from './an-order-document.ts';

const failedTries = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    attempt: index + 1,
    handler: 'cancel-payment',
    error: 'AccessDenied',
    message: 'no',
  }));

/** Whose recovery fails each time that it is asked for, as long as the cause is there and for some requests after. */
function aRefusedRecovery({ requestsToHeal = 0 } = {}) {
  const clock = new FakeClock();
  const calls: string[] = [];
  const state = { tries: 1, isRepaired: false, left: requestsToHeal };
  const read = (): OrderDocument => {
    if (state.isRepaired && state.left < 0)
      return aFailedOrder({ recovery: { recoveredAt: SUBMITTED_AT, failures: failedTries(state.tries), actions: [] } });
    const status = state.tries >= 5 ? 'RECOVERY_FAILED' : 'RECOVERING';
    return aFailedOrder({ status, recovery: { failures: failedTries(state.tries) } });
  };
  const target = {
    api: {
      read: async () => Promise.resolve(read()),
      requestRecovery: async () => {
        calls.push('request');
        if (state.isRepaired) state.left -= 1;
        if (!state.isRepaired || state.left >= 0) state.tries += 1;
        return Promise.resolve();
      },
    },
    clock,
    signal: new AbortController().signal,
  } as never;
  const takeOut = async () => {
    calls.push('repair');
    state.isRepaired = true;
    return Promise.resolve();
  };
  const look = { target, executionId: 'an-order', firstLookMs: 100, longestLookMs: 100 };
  return { calls, run: () => repairRecovery(look, { takeOut }) };
}

describe('an order whose recovery is refused', () => {
  it('is asked for until recovery is given up, repaired, and asked for once more', async () => {
    const { calls, run } = aRefusedRecovery();
    expect(await run()).toMatchObject({ status: 'FAILED' });
    expect(calls).toEqual([...Array<string>(4).fill('request'), 'repair', 'request']);
  });

  it('is asked for again where the repair takes a while to be in force', async () => {
    const { calls, run } = aRefusedRecovery({ requestsToHeal: 2 });
    expect(await run()).toMatchObject({ status: 'FAILED' });
    expect(calls.filter((call) => call === 'request')).toHaveLength(4 + 3);
  });

  it('is given up after ten requests that were in vain: the coordinator takes twenty', async () => {
    const { calls, run } = aRefusedRecovery({ requestsToHeal: 1000 });
    expect(await run()).toMatchObject({ status: 'RECOVERY_FAILED' });
    expect(calls.filter((call) => call === 'request')).toHaveLength(4 + 10);
  });
});
