import { beforeEach, describe, expect, it } from 'vitest';
import { incidentRedriveKey } from '../../../workflow/incident-redrive.ts';
import { redriveKey } from '../../../workflow/keys.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, NOW, type Facts, type TestCoordinator } from './a-coordinator.ts';
import { incidentIdOf, someFailedOrders } from './some-failed-orders.ts';

const forever = new AbortController().signal;

let coordinator: TestCoordinator;
const another = () => aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
const incidentId = (orders: readonly Facts[], at?: number) => {
  const [first] = orders;
  if (first === undefined) throw new Error('there are no orders');
  return incidentIdOf(first, at);
};
const ask = async (id: string, via = coordinator) => {
  const response = await via.request(`/incidents/${id}/redrive`, { method: 'POST' });
  return { status: response.status, headers: response.headers, body: await response.json() };
};
const read = async (id: string) => (await coordinator.request(`/incidents/${id}`)).json();
const ordersNow = () => coordinator.s3.keys(APP_STORE_BUCKET, 'orders/').length;
const requests = () => coordinator.s3.keys(STATE_STORAGE_BUCKET, 'incident-redrives/');

/** One pass, moving the clock whenever it sleeps. */
async function pass({ redriver, clock } = coordinator): Promise<'done' | 'waits'> {
  let result: 'done' | 'waits' | undefined;
  const passing = redriver.pass(forever).then((found) => (result = found));
  while (result === undefined) {
    await Promise.race([passing, clock.untilSleeping(1)]);
    if (result === undefined) await clock.advance(100);
  }
  return passing;
}

beforeEach(async () => {
  coordinator = await aCoordinator();
});

describe('POST /incidents/{id}/redrive', () => {
  it('repeats every order of the incident, and no other', async () => {
    const orders = someFailedOrders(coordinator, { count: 8 });
    const [other] = someFailedOrders(coordinator, { count: 1, at: NOW - 7_200_000 });
    const id = incidentId(orders);
    const { status, headers, body } = await ask(id);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/incidents/${id}`);
    expect(body.redrives).toEqual([{ state: 'REQUESTED', requestedAt: '2026-11-23T12:00:00.000Z', count: 8 }]);

    expect(await pass()).toBe('done');
    expect(ordersNow()).toBe(9 + 8);
    for (const order of orders) {
      const { redrivenAs } = await (await coordinator.request(`/orders/${order.id}`)).json();
      expect(await (await coordinator.request(`/orders/${redrivenAs}`)).json()).toMatchObject({ redriveOf: order.id });
    }
    expect(coordinator.s3.keys(STATE_STORAGE_BUCKET, redriveKey(other?.id ?? ''))).toEqual([]);
    expect((await read(id)).redrives).toMatchObject([{ state: 'DONE', count: 8, redriven: 8, left: {} }]);
  });

  it('changes nothing when it is repeated, before it is done or after', async () => {
    const id = incidentId(someFailedOrders(coordinator));
    await Promise.all([ask(id), ask(id), ask(id, await another())]);
    expect(requests()).toHaveLength(1);
    await pass();
    const before = [...requests(), ...coordinator.s3.keys(APP_STORE_BUCKET)];
    expect((await ask(id)).body.redrives).toMatchObject([{ state: 'DONE', redriven: 5 }]);
    expect(await pass()).toBe('done');
    expect([...requests(), ...coordinator.s3.keys(APP_STORE_BUCKET)]).toEqual(before);
  });

  it('repeats each order once when two coordinators carry it out at the same time', async () => {
    const id = incidentId(someFailedOrders(coordinator, { count: 20 }));
    await ask(id);
    const other = await another();
    const passes = [coordinator, other].map(({ redriver }) => redriver.pass(forever));
    let isOver = false;
    const both = Promise.all(passes).then(() => (isOver = true));
    while (!isOver) {
      await Promise.race([both, coordinator.clock.untilSleeping(1)]);
      await coordinator.clock.advance(100);
    }
    expect(ordersNow()).toBe(40);
    expect((await read(id)).redrives).toMatchObject([{ state: 'DONE', redriven: 20 }]);
  });

  it.each([3, 9, 17, 30])('is gone on with by the next coordinator when this one dies at call %i', async (k) => {
    const id = incidentId(someFailedOrders(coordinator));
    await ask(id);
    let calls = 0;
    coordinator.s3.onCall = () =>
      (calls += 1) < k ? undefined : calls === k ? 'done-then-unavailable' : 'unavailable';
    await pass().catch(() => 'died');
    coordinator.s3.onCall = undefined;
    expect(await pass(await another())).toBe('done');
    expect(ordersNow()).toBe(10);
    expect((await read(id)).redrives).toMatchObject([{ state: 'DONE', redriven: 5 }]);
  });

  it('waits for orders whose recovery is not done, and leaves none of them behind', async () => {
    const orders = someFailedOrders(coordinator, { isRecovered: false });
    const id = incidentId(orders);
    await ask(id);
    expect(await pass()).toBe('waits');
    for (const order of orders.slice(0, 3)) order.recover();
    expect(await pass()).toBe('waits');
    expect(ordersNow()).toBe(8);
    for (const order of orders.slice(3)) order.recover();
    expect(await pass()).toBe('done');
    expect(ordersNow()).toBe(10);
  });

  it('does not wait for ever: what is left is said, by its status', async () => {
    const orders = someFailedOrders(coordinator, { count: 6, isRecovered: false });
    const [first, second] = orders;
    first?.recover();
    coordinator.s3.remove(APP_STORE_BUCKET, `orders/${second?.id ?? ''}.json`);
    const id = incidentId(orders);
    await ask(id);
    expect(await pass()).toBe('waits');
    await coordinator.clock.advance(600_000);
    expect(await pass()).toBe('done');
    expect((await read(id)).redrives).toMatchObject([{ redriven: 1, left: { EXPIRED: 1, RECOVERING: 4 } }]);
  });

  it('delays no other incident by one that has to wait', async () => {
    const waiting = incidentId(
      someFailedOrders(coordinator, { isRecovered: false, at: NOW - 7_200_000 }),
      NOW - 7_200_000,
    );
    const quick = incidentId(someFailedOrders(coordinator));
    await ask(waiting);
    await ask(quick);
    expect(await pass()).toBe('waits');
    expect((await read(quick)).redrives).toMatchObject([{ state: 'DONE', redriven: 5 }]);
    expect((await read(waiting)).redrives).toMatchObject([{ state: 'REQUESTED' }]);
  });

  it('repeats what failed again only when that incident is asked for', async () => {
    const id = incidentId(someFailedOrders(coordinator));
    await ask(id);
    await pass();
    const at = coordinator.clock.now() + 2000;
    const again = someFailedOrders(coordinator, { at, orderedAt: at - 1000 });
    await coordinator.clock.advance(10_000);
    expect((await read(id)).count).toBe(5);
    const { incidents } = await (await coordinator.request('/incidents')).json();
    expect(incidents).toMatchObject([
      { incidentId: incidentId(again, at), count: 5, redrives: [] },
      { incidentId: id, count: 5, redrives: [{ state: 'DONE' }] },
    ]);
    await ask(id);
    await pass();
    expect(ordersNow()).toBe(15);
  });

  it('can be asked for again when orders have joined that had been placed before', async () => {
    const id = incidentId(someFailedOrders(coordinator));
    await ask(id);
    await pass();
    someFailedOrders(coordinator, { count: 2, at: NOW + 5_000, orderedAt: NOW - 1000 });
    await coordinator.clock.advance(30_000);
    expect((await ask(id)).body.redrives).toMatchObject([{ count: 5 }, { count: 7, state: 'REQUESTED' }]);
    await pass();
    expect((await read(id)).redrives).toMatchObject([{ redriven: 5 }, { redriven: 7, state: 'DONE' }]);
    expect(ordersNow()).toBe(14);
  });

  it('refuses pages of other sites, as everything does that changes something', async () => {
    const id = incidentId(someFailedOrders(coordinator));
    const init = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } };
    expect((await coordinator.request(`/incidents/${id}/redrive`, init)).status).toBe(403);
    expect(requests()).toEqual([]);
  });

  it('knows no incident of a few failures', async () => {
    expect((await ask(incidentId(someFailedOrders(coordinator, { count: 4 })))).status).toBe(404);
  });
});

describe('the redriver of incidents', () => {
  it('is woken by a request, and ends when it is told to', async () => {
    const id = incidentId(someFailedOrders(coordinator));
    const { redriver, clock } = coordinator;
    const stop = new AbortController();
    const running = redriver.run(stop.signal);
    await clock.untilSleeping(1);
    await ask(id);
    for (let n = 0; n < 5; n += 1) {
      await clock.untilSleeping(1);
      await clock.advance(100);
    }
    await clock.untilSleeping(1);
    expect((await read(id)).redrives).toMatchObject([{ state: 'DONE' }]);
    stop.abort(new Error('over'));
    await running;
  });

  it('overlooks a request that is not ours', async () => {
    const orders = someFailedOrders(coordinator);
    const key = incidentRedriveKey({ kind: 'request', incidentId: incidentId(orders), count: 5 });
    coordinator.s3.place(STATE_STORAGE_BUCKET, key, 'not JSON');
    expect(await pass()).toBe('done');
    expect(ordersNow()).toBe(5);
  });
});
