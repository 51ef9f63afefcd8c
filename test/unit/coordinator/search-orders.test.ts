import { beforeEach, describe, expect, it } from 'vitest';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, anOrder, Facts, NOW, recovered, succeeded, type TestCoordinator } from './a-coordinator.ts';

describe('GET /orders with a filter', () => {
  let coordinator: TestCoordinator;
  const search = async (query: string) => (await coordinator.request(`/orders?${query}`)).json();
  const idsOf = (body: { orders: readonly { orderId: string }[] }) => body.orders.map(({ orderId }) => orderId);
  const at = (ageMs: number) => anOrder({ submittedAt: NOW - ageMs });

  beforeEach(async () => {
    coordinator = await aCoordinator();
  });

  it('finds orders of a status, newest first, and says how many it looked at and how far back', async () => {
    const running = new Facts(coordinator.s3, at(1000));
    succeeded(coordinator.s3, at(2000));
    const failed = recovered(coordinator.s3, at(3000));
    const older = recovered(coordinator.s3, at(4000));
    expect(idsOf(await search('status=RUNNING'))).toEqual([running.id]);
    const found = await search('status=FAILED');
    expect(idsOf(found)).toEqual([failed.id, older.id]);
    expect(found).toMatchObject({ examined: 4 });
    expect(found.nextCursor).toBeUndefined();
  });

  it('finds orders that failed of one kind, and of one status as well', async () => {
    const typeError = recovered(coordinator.s3, at(1000));
    const denied = new Facts(coordinator.s3, at(2000))
      .succeed('confirm-order')
      .fail('payment', { kind: 'ACCESS_DENIED' });
    expect(idsOf(await search('failureKind=ACCESS_DENIED'))).toEqual([denied.id]);
    expect(idsOf(await search('failureKind=TYPE_ERROR&status=FAILED'))).toEqual([typeError.id]);
    expect(idsOf(await search('failureKind=ACCESS_DENIED&status=FAILED'))).toEqual([]);
  });

  it('goes on where a page was full, and repeats and misses none', async () => {
    const all = Array.from({ length: 30 }, (_, index) =>
      (index % 3 === 0 ? recovered : succeeded)(coordinator.s3, at(index * 1000)),
    );
    const wanted = all.filter((_, index) => index % 3 === 0).map(({ id }) => id);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await search(`status=FAILED&limit=4${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      found.push(...idsOf(page));
      expect(page.orders.length).toBeLessThanOrEqual(4);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(found).toEqual(wanted);
  });

  it('looks at a thousand orders at most, and says where it stopped', async () => {
    const facts = Array.from({ length: 1100 }, (_, index) => succeeded(coordinator.s3, at(index * 1000)));
    const oldest = recovered(coordinator.s3, at(1_100_000));
    const first = await search('status=FAILED');
    expect(first).toMatchObject({ orders: [], examined: 1000 });
    expect(first.lookedBackTo).toBe(new Date(NOW - 999_000).toISOString());
    const second = await search(`status=FAILED&cursor=${first.nextCursor}`);
    expect(idsOf(second)).toEqual([oldest.id]);
    expect(second.examined).toBe(facts.length - 1000 + 1);
    expect(second.nextCursor).toBeUndefined();
  }, 30_000);

  it.each(['status=DONE', 'status=', 'failureKind=ODD', 'status=FAILED&status=RUNNING'])(
    'refuses %s',
    async (query) => {
      const response = await coordinator.request(`/orders?${query}`);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ type: '/problems/invalid-request' });
      expect(coordinator.s3.calls).toEqual([]);
    },
  );
});

describe('a list that many look at', () => {
  it('reads an order that is open once a second, however many ask', async () => {
    const coordinator = await aCoordinator();
    new Facts(coordinator.s3);
    await coordinator.request('/orders');
    coordinator.s3.calls.length = 0;
    await Promise.all(Array.from({ length: 50 }, () => coordinator.request('/orders')));
    expect(coordinator.s3.counts({ bucket: STATE_STORAGE_BUCKET })).toEqual({});
    await coordinator.clock.advance(1000);
    await Promise.all(Array.from({ length: 50 }, () => coordinator.request('/orders')));
    expect(coordinator.s3.counts({ bucket: STATE_STORAGE_BUCKET })).toEqual({ ListObjectsV2: 1 });
  });

  it('reads an order again at once when its reading failed', async () => {
    const coordinator = await aCoordinator();
    new Facts(coordinator.s3);
    coordinator.s3.fail('unavailable', { bucket: STATE_STORAGE_BUCKET, operation: 'ListObjectsV2' });
    expect((await coordinator.request('/orders')).status).toBe(503);
    expect((await coordinator.request('/orders')).status).toBe(200);
  });
});

describe('a summary', () => {
  const summaryOf = async (coordinator: TestCoordinator) =>
    (await (await coordinator.request('/orders')).json()).orders[0];

  it('says how long an order took', async () => {
    const coordinator = await aCoordinator();
    succeeded(coordinator.s3);
    expect(await summaryOf(coordinator)).toMatchObject({ status: 'SUCCEEDED', durationMs: 2000 });
  });

  it('says who found a failure, how long that took, and how long the recovery', async () => {
    const coordinator = await aCoordinator();
    // Both steps end at 2 s, the failure is found at 2.4 s, the recovery done at 3 s.
    new Facts(coordinator.s3)
      .succeed('confirm-order')
      .fail('payment', { signal: 'destination', detectedAt: NOW + 2400 })
      .recover();
    expect(await summaryOf(coordinator)).toMatchObject({
      foundBy: 'destination',
      detectedAfterMs: 400,
      recoveredAfterMs: 600,
      durationMs: 3000,
    });
  });

  it('takes a clock that is behind for no negative time', async () => {
    const coordinator = await aCoordinator();
    new Facts(coordinator.s3).succeed('confirm-order').fail('payment', { detectedAt: NOW - 5000 });
    const summary = await summaryOf(coordinator);
    expect(summary).toMatchObject({ status: 'RECOVERING', detectedAfterMs: 0 });
    expect(summary).not.toHaveProperty('recoveredAfterMs');
    expect(summary).not.toHaveProperty('durationMs');
  });
});
