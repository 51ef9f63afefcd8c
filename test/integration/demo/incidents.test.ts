import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LaptopTargets } from '../../../demo/laptop-targets.ts';
import type { Fault } from '../../../demo/faults/fault.ts';
import { runScenarios } from '../../../demo/scenarios/run-scenarios.ts';
import type { Surroundings } from '../../../demo/scenarios/scenario.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import { allHold, checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import type { Target } from '../../../demo/target.ts';
import { ORDERS_PREFIX } from '../../../workflow/keys.ts';

const ORDERS = 12;
const PATIENCE = { timeout: 40_000, interval: 100 };
const DENIED: Fault = {
  kind: 'denied',
  step: 'payment',
  store: 'stateStorage',
  actions: ['s3:GetObject', 's3:PutObject'],
  keys: ['executions/*'],
};

let laptop: LaptopTargets;
let surroundings: Surroundings;
let target: Target;

beforeAll(async () => {
  laptop = await LaptopTargets.create({ hostEnvironment: process.env });
  const opened = await laptop.open({
    count: 1,
    signal: new AbortController().signal,
    progress: { show: () => undefined, say: () => undefined, end: () => undefined },
  });
  [target] = opened.targets;
  surroundings = opened.surroundings;
});

afterAll(async () => {
  await laptop.close();
  await laptop.discard();
});

interface Incident {
  readonly incidentId: string;
  readonly count: number;
  readonly redrives: readonly { readonly state: string }[];
}

const read = async (path: string) => (await target.api.request('GET', path)).body;
const untilEnded = (ids: readonly string[], status: string) =>
  vi.waitFor(async () => {
    const found = await Promise.all(ids.map(async (id) => (await target.api.read(id)).status));
    expect(found).toEqual(ids.map(() => status));
  }, PATIENCE);

async function countOrders(): Promise<number> {
  let count = 0;
  for await (const _order of target.stores.appStore.list(ORDERS_PREFIX)) count += 1;
  return count;
}

describe('a permission that payment loses', () => {
  it('is one incident with its count, and one call redrives all of its orders once the permission is back', async () => {
    const itemId = 'seat';
    await target.api.putItem({ itemId, name: 'Seat', price: 1_000, currency: 'EUR', units: 10 * ORDERS });
    await target.faults.inject([DENIED]);
    const order = { itemId, quantity: 1, paymentMethod: 'pm_card_visa' };
    const ids = await Promise.all(Array.from({ length: ORDERS }, (_, n) => target.api.submit(order, `order-${n}`)));
    await untilEnded(ids, 'FAILED');

    const { incidents } = (await read('/incidents')) as { incidents: readonly Incident[] };
    expect(incidents).toMatchObject([
      { state: 'OPEN', step: 'payment', kind: 'ACCESS_DENIED', cause: 'permission', count: ORDERS, redrives: [] },
    ]);
    const path = `/incidents/${incidents[0]?.incidentId ?? ''}`;
    expect(await read(path)).toMatchObject({ first: { error: 'AccessDenied' }, last: { error: 'AccessDenied' } });

    await target.faults.restore([DENIED]);
    expect(await target.api.request('POST', `${path}/redrive`)).toMatchObject({ status: 202 });
    // The next coordinator goes on where this one dies.
    await laptop.systems[0]?.coordinator.kill('SIGKILL');
    await vi.waitFor(async () => {
      expect(await read(path)).toMatchObject({ redrives: [{ state: 'DONE', redriven: ORDERS, left: {} }] });
    }, PATIENCE);
    const repetitions = await Promise.all(
      ids.map(async (id) => ((await read(`/orders/${id}`)) as { redrivenAs: string }).redrivenAs),
    );
    expect(new Set(repetitions).size).toBe(ORDERS);
    await untilEnded(repetitions, 'SUCCEEDED');
    const before = await countOrders();

    expect(await target.api.request('POST', `${path}/redrive`)).toMatchObject({
      status: 202,
      body: { count: ORDERS, redrives: [{ state: 'DONE', redriven: ORDERS }] },
    });
    expect(await countOrders()).toBe(before);
    const report = checkInvariants(await readState(target.stores));
    expect(allHold(report), JSON.stringify(report)).toBe(true);
  });
});

describe('a function that was given up and goes on', () => {
  it('has its write refused, and the API shows which and by what', async () => {
    const [result] = await runScenarios({
      scenarios: SCENARIOS.filter(({ name }) => name === 'zombie'),
      targets: [target],
      surroundings,
      onResult: () => undefined,
      onRunning: () => undefined,
    });
    expect(result?.problems).toEqual([]);
    const { steps } = (await read(`/orders/${result?.executionId ?? ''}`)) as {
      steps: readonly { readonly name: string; readonly attempts: readonly { readonly barred?: object }[] }[];
    };
    const payment = steps.find(({ name }) => name === 'payment');
    // Recovery may have closed the slot by then, or only won the record.
    expect(payment?.attempts[0]?.barred).toMatchObject({
      by: expect.stringMatching(/^(slot|record)$/),
      write: expect.stringMatching(/^(payment-capture|step-record)$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const report = checkInvariants(await readState(target.stores));
    expect(allHold(report), JSON.stringify(report)).toBe(true);
  });
});
