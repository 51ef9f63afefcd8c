import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitOrder } from '../../../demo/await-order.ts';
import type { Fault } from '../../../demo/faults/fault.ts';
import { LaptopTargets } from '../../../demo/laptop-targets.ts';
import { hasEnded, type OrderDocument } from '../../../demo/order-document.ts';
import { allHold, checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import type { Target } from '../../../demo/target.ts';

const ITEM = { itemId: 'chair', name: 'A chair', price: 4_500, currency: 'EUR', units: 1_000 };

let laptop: LaptopTargets;
let target: Target;

beforeAll(async () => {
  laptop = await LaptopTargets.create({ hostEnvironment: process.env, onExited: () => undefined });
  const opened = await laptop.open({
    count: 1,
    signal: new AbortController().signal,
    progress: { show: () => undefined, say: () => undefined, end: () => undefined },
  });
  [target] = opened.targets;
  await target.api.putItem(ITEM);
});

afterAll(async () => {
  await laptop.close();
  await laptop.discard();
});

function submit(): Promise<string> {
  return target.api.submit({ itemId: ITEM.itemId, quantity: 1, paymentMethod: 'pm_card_visa' }, randomUUID());
}

function until(executionId: string, isDue: (order: OrderDocument) => boolean): Promise<OrderDocument> {
  return awaitOrder({ target, executionId, isDue, firstLookMs: 50, longestLookMs: 250 });
}

async function killMonitor(): Promise<void> {
  expect(await laptop.systems[0]?.monitor.kill('SIGKILL')).toBe(true);
}

async function expectBalancedBooks(): Promise<void> {
  const report = checkInvariants(await readState(target.stores));
  expect(allHold(report), JSON.stringify(report)).toBe(true);
}

it('recovery that cannot finish delays no other, and is done when it is asked for once its cause is gone', async () => {
  const isPoisoned = (executionId: string) => /[0-7]$/.test(executionId);
  const faults: readonly Fault[] = [
    { kind: 'code', step: 'payment', build: 'type-error' },
    {
      kind: 'node-denied',
      store: 'appStore',
      actions: ['s3:GetObject', 's3:PutObject'],
      keys: [...'01234567'].map((digit) => `payments/*${digit}.json`),
    },
  ];
  const poisoned: string[] = [];
  const others: string[] = [];
  await target.faults.inject(faults);
  while (poisoned.length < 4 || others.length < 4) {
    const executionId = await submit();
    (isPoisoned(executionId) ? poisoned : others).push(executionId);
  }
  for (const executionId of others) expect(await until(executionId, hasEnded)).toMatchObject({ status: 'FAILED' });
  for (const executionId of poisoned) {
    const { status, recovery } = await until(executionId, ({ recovery }) => (recovery?.failures.length ?? 0) > 0);
    expect(['RECOVERING', 'RECOVERY_FAILED']).toContain(status);
    expect(recovery?.failures[0]).toMatchObject({ handler: 'cancel-payment' });
  }

  await target.faults.restore(faults);
  const late = await submit();
  // Asked for while nobody listens: whoever is started next hears of it.
  await killMonitor();
  await Promise.all(poisoned.map((executionId) => target.api.requestRecovery(executionId)));
  for (const executionId of poisoned) {
    const order = await until(executionId, hasEnded);
    expect(order).toMatchObject({
      status: 'FAILED',
      recovery: { actions: [{ handler: 'cancel-payment' }, { handler: 'close-stock-slot', before: { units: 1 } }] },
    });
  }
  expect(await until(late, hasEnded)).toMatchObject({ status: 'SUCCEEDED' });
  await expectBalancedBooks();
});
