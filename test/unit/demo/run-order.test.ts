import { describe, expect, it } from 'vitest';
import type { OrderDocument } from '../../../demo/order-document.ts';
import { runOrder } from '../../../demo/scenarios/run-order.ts';
import type { OrderScenario } from '../../../demo/scenarios/scenario.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import type { Target } from '../../../demo/target.ts';
import { ObjectStore } from '../../../storage/object-store.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryS3 } from '../../support/memory-s3.ts';
import { aFailedOrder, aFailureDocument, aStepDocument, aSucceededOrder } from './an-order-document.ts';

const MINUTE_MS = 60_000;
const SURROUNDINGS = { closedEndpoint: 'http://127.0.0.1:9', silentEndpoint: 'http://192.0.2.1' };

const denied = aFailedOrder({ failure: { ...aFailureDocument({ kind: 'ACCESS_DENIED' }), step: 'payment' } });
const attempts = (count: number) => {
  const failure = aFailureDocument({ kind: 'STORAGE_UNAVAILABLE' });
  return [
    aStepDocument(),
    aStepDocument({
      name: 'payment',
      status: 'FAILED',
      attempts: Array.from({ length: count }, (_, index) => ({ attempt: index + 1, failure })),
    }),
  ];
};
const tooLate = aFailedOrder({
  steps: attempts(3),
  failure: { ...aFailureDocument({ kind: 'STORAGE_UNAVAILABLE' }), step: 'payment' },
});

const coped = aSucceededOrder({
  steps: [aStepDocument(), aStepDocument({ name: 'payment', attempts: attempts(2)[1]?.attempts ?? [] })],
});

function scenario(name: string): OrderScenario {
  const found = SCENARIOS.find((each) => each.name === name);
  if (found?.kind !== 'order') throw new Error(`there is no scenario ${name}`);
  return found;
}

/** A stack whose orders end, one after another, as the documents say; the last one for ever. */
function aTarget(orders: readonly OrderDocument[], settlingMs: number) {
  const clock = new FakeClock();
  const interruption = new AbortController();
  const calls: string[] = [];
  const store = new ObjectStore({ client: new MemoryS3().client, bucket: 'a-bucket' });
  const documents = new Map<string, OrderDocument>();
  const target = {
    api: {
      putItem: async () => undefined,
      submit: async () => {
        const document = orders[Math.min(documents.size, orders.length - 1)] as OrderDocument;
        const id = `order-${documents.size}`;
        documents.set(id, { ...document, orderId: id });
        calls.push('order');
        return id;
      },
      read: async (id: string) => documents.get(id),
    },
    faults: { inject: async () => calls.push('inject'), restore: async () => calls.push('restore') },
    stores: { appStore: store, stateStorage: store },
    deployment: { stackName: 'a-stack' },
    probeItemId: 'a-probe',
    settlingMs,
    clock,
    signal: interruption.signal,
  } as unknown as Target;
  return { target, clock, calls, interruption };
}

describe('a scenario in a stack where changes are in force at once', () => {
  it('judges the only order: one that went through untroubled is not as expected', async () => {
    const { target, calls } = aTarget([aSucceededOrder()], 0);
    const result = await runOrder(scenario('access-denied'), target, SURROUNDINGS);
    expect(result.problems).toContain('the order ended SUCCEEDED, expected FAILED');
    expect(result.notes).toEqual([]);
    expect(calls).toEqual(['inject', 'order', 'restore']);
  });
});

describe('a scenario in a stack where changes take effect later', () => {
  it('is not begun while orders fail though nothing is broken', async () => {
    const { target, clock, calls } = aTarget([denied], MINUTE_MS);
    const running = runOrder(scenario('access-denied'), target, SURROUNDINGS);
    running.catch(() => undefined);
    await clock.advance(2 * MINUTE_MS);
    await expect(running).rejects.toThrow('a-stack does not work though nothing is broken: of 7 orders none');
    expect(calls).not.toContain('inject');
  });

  it('orders again until the fault is met, with the fault in all the while, and says how many it took', async () => {
    const healthy = aSucceededOrder();
    const { target, clock, calls } = aTarget([healthy, healthy, healthy, denied], MINUTE_MS);
    const running = runOrder(scenario('access-denied'), target, SURROUNDINGS);
    await clock.advance(MINUTE_MS);
    const result = await running;
    expect(result).toMatchObject({ executionId: 'order-3', status: 'FAILED', failureKind: 'ACCESS_DENIED' });
    expect(result.notes).toEqual(['orders until the stack worked before: 1', 'orders until the fault was met: 3']);
    expect(calls).toEqual(['order', 'inject', 'order', 'order', 'order', 'restore']);
  });

  it('judges an order that began when the fault had to be in force', async () => {
    const { target, clock } = aTarget([aSucceededOrder()], MINUTE_MS);
    const running = runOrder(scenario('access-denied'), target, SURROUNDINGS);
    await clock.advance(2 * MINUTE_MS);
    const { ok, notes } = await running;
    expect(ok).toBe(false);
    expect(notes).toContain('orders, none of which met the fault: 7');
  });

  it('orders once where nothing is to be met', async () => {
    const { target, calls } = aTarget([aSucceededOrder()], MINUTE_MS);
    const { notes } = await runOrder({ ...scenario('success'), isSentTwice: undefined }, target, SURROUNDINGS);
    expect(notes).toEqual(['orders until the stack worked before: 1']);
    expect(calls.filter((call) => call === 'order')).toHaveLength(2);
  });

  it('leaves a fault in that an order did not meet, though it is to be taken out in the middle', async () => {
    const { target, clock, calls } = aTarget([aSucceededOrder(), aSucceededOrder(), coped], MINUTE_MS);
    const running = runOrder(scenario('heals-in-time'), target, SURROUNDINGS);
    await clock.advance(MINUTE_MS);
    expect((await running).notes).toContain('orders until the fault was met: 2');
    expect(calls).toEqual(['order', 'inject', 'order', 'order', 'restore']);
  });

  it('puts the fault in again and orders again when the repair came too late', async () => {
    const { target, clock, calls } = aTarget([aSucceededOrder(), tooLate, coped], MINUTE_MS);
    const running = runOrder(scenario('heals-in-time'), target, SURROUNDINGS);
    await clock.advance(MINUTE_MS);
    expect(await running).toMatchObject({ status: 'SUCCEEDED', failureKind: 'STORAGE_UNAVAILABLE' });
    expect(calls).toEqual(['order', 'inject', 'order', 'restore', 'inject', 'order', 'restore']);
  });
});

it('takes the faults out when it is interrupted, also where it would have done so in the middle', async () => {
  const { target, clock, calls, interruption } = aTarget([aSucceededOrder({ status: 'RUNNING' })], 0);
  const running = runOrder(scenario('heals-in-time'), target, SURROUNDINGS);
  running.catch(() => undefined);
  await clock.untilSleeping();
  interruption.abort(new Error('interrupted'));
  await expect(running).rejects.toThrow('interrupted');
  expect(calls).toEqual(['inject', 'order', 'restore']);
});
