import { beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../coordinator/cursor.ts';
import { ORDER_RETENTION_MS } from '../../../coordinator/retention.ts';
import { ORDER_RETENTION } from '../../../lib/retention.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import {
  aCoordinator,
  anOrder,
  Facts,
  idAt,
  NOW,
  recovered,
  succeeded,
  type TestCoordinator,
} from './a-coordinator.ts';

describe('GET /orders', () => {
  let coordinator: TestCoordinator;
  const list = async (query = '') => {
    const response = await coordinator.request(`/orders${query}`);
    return { status: response.status, body: await response.json() };
  };

  beforeEach(async () => {
    coordinator = await aCoordinator();
  });

  it('answers 503 while the storage cannot be reached', async () => {
    coordinator.s3.fail('unavailable', { operation: 'ListObjectsV2' });
    expect(await list()).toMatchObject({ status: 503, body: { type: '/problems/storage-unavailable' } });
  });

  it('shows orders that cannot be read or are of an unknown version beside the others', async () => {
    const good = succeeded(coordinator.s3, anOrder({ submittedAt: NOW }));
    const bad = new Facts(coordinator.s3, anOrder({ submittedAt: NOW - 1000 }));
    bad.place(stepRecordKey(bad.id, 'payment'), 'not JSON');
    const strange = new Facts(
      coordinator.s3,
      anOrder({ submittedAt: NOW - 2000, workflow: { name: 'booking', version: 99 }, input: { itemId: 7 } }),
    );
    const damaged = idAt(NOW - 3000);
    coordinator.s3.place(APP_STORE_BUCKET, orderKey(damaged), 'null');
    const { status, body } = await list();
    expect(status).toBe(200);
    expect(body.orders).toEqual([
      {
        orderId: good.id,
        status: 'SUCCEEDED',
        submittedAt: '2026-11-23T12:00:00.000Z',
        durationMs: 2000,
        itemId: 'ticket',
        quantity: 2,
      },
      { orderId: bad.id, status: 'QUARANTINED', submittedAt: '2026-11-23T11:59:59.000Z' },
      { orderId: strange.id, status: 'UNKNOWN_VERSION', submittedAt: '2026-11-23T11:59:58.000Z' },
      { orderId: damaged, status: 'QUARANTINED', submittedAt: '2026-11-23T11:59:57.000Z' },
    ]);
  });

  it('leaves out an order that expired since it was listed', async () => {
    const kept = succeeded(coordinator.s3);
    const gone = new Facts(coordinator.s3);
    coordinator.s3.before({ operation: 'GetObject' }, () => coordinator.s3.remove(APP_STORE_BUCKET, orderKey(gone.id)));
    expect((await list()).body.orders.map(({ orderId }: { orderId: string }) => orderId)).toEqual([kept.id]);
  });

  it.each([
    ['limit', '?limit=0'],
    ['limit', '?limit=201'],
    ['limit', '?limit=-1'],
    ['limit', '?limit=1e2'],
    ['limit', '?limit='],
    ['limit', '?limit=1&limit=2'],
    ['cursor', '?cursor='],
    ['cursor', '?cursor=eyJ'],
    ['cursor', `?cursor=${'A'.repeat(10_000)}`],
    ['cursor', `?cursor=${Buffer.from('1:not-an-id:60000').toString('base64url')}`],
    ['cursor', `?cursor=${Buffer.from(`1:${idAt(NOW)}:0`).toString('base64url')}`],
    ['cursor', `?cursor=${Buffer.from(`2:${idAt(NOW)}:1`).toString('base64url')}`],
    ['cursor', `?cursor=${Buffer.from(`1:${idAt(NOW)}:9999999999999`).toString('base64url')}`],
  ])('refuses a wrong %s: %.60s', async (parameter, query) => {
    const { status, body } = await list(query);
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: '/problems/invalid-request', errors: [{ parameter }] });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('ends at once with a cursor older than anything that is kept', async () => {
    const cursor = encodeCursor({ before: idAt(NOW - ORDER_RETENTION_MS - 1000), windowMs: 60_000 });
    expect((await list(`?cursor=${cursor}`)).body).toMatchObject({ orders: [] });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('gives pages of fifty, newest first, and a cursor for the next', async () => {
    const ids = Array.from(
      { length: 60 },
      (_, index) => new Facts(coordinator.s3, anOrder({ submittedAt: NOW - index })).id,
    );
    const first = await list();
    const second = await list(`?cursor=${first.body.nextCursor}`);
    const found = [...first.body.orders, ...second.body.orders].map(({ orderId }: { orderId: string }) => orderId);
    expect(found).toEqual(ids);
    expect(first.body.orders).toHaveLength(50);
    expect(second.body.nextCursor).toBeUndefined();
    expect(second.body.lookedBackTo).toBe(new Date(NOW - ORDER_RETENTION_MS).toISOString());
  });

  it('says what an order failed of', async () => {
    recovered(coordinator.s3);
    expect((await list('?limit=1')).body.orders).toMatchObject([{ status: 'FAILED', failureKind: 'TYPE_ERROR' }]);
  });

  it('reads an order again until it has ended, and never after', async () => {
    const facts = new Facts(coordinator.s3);
    const statusOf = async () => (await list()).body.orders[0].status;
    expect(await statusOf()).toBe('RUNNING');
    facts.succeed('confirm-order').succeed('payment');
    await coordinator.clock.advance(1000);
    expect(await statusOf()).toBe('SUCCEEDED');
    coordinator.s3.calls.length = 0;
    expect(await statusOf()).toBe('SUCCEEDED');
    expect(coordinator.s3.counts()).toEqual({ ListObjectsV2: 1 });
  });

  it('reads at most sixteen orders at once', async () => {
    for (let index = 0; index < 40; index += 1) new Facts(coordinator.s3, anOrder({ submittedAt: NOW - index }));
    let reading = 0;
    let most = 0;
    coordinator.s3.onCall = async ({ bucket, operation }) => {
      if (bucket !== STATE_STORAGE_BUCKET || operation !== 'ListObjectsV2') return undefined;
      reading += 1;
      most = Math.max(most, reading);
      await new Promise((resolve) => setImmediate(resolve));
      reading -= 1;
      return undefined;
    };
    expect((await list()).body.orders).toHaveLength(40);
    expect(most).toBe(16);
  });

  it('looks back as far as the stack keeps orders', () => {
    expect(ORDER_RETENTION_MS).toBe(ORDER_RETENTION.toMilliseconds());
  });
});
