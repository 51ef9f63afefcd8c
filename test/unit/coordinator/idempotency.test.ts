import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { idempotencyKey } from '../../../workflow/keys.ts';
import { APP_STORE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, NOW, ORDER, succeeded, TICKET, withTickets, type TestCoordinator } from './a-coordinator.ts';

const KEY = 'a key of a client';
const DAY_MS = 24 * 60 * 60 * 1000;

describe('an idempotency key', () => {
  let coordinator: TestCoordinator;
  const submit = (body: unknown = ORDER, key = KEY, via = coordinator) =>
    via.send('POST', '/orders', body, { 'idempotency-key': key });
  const orders = () => coordinator.s3.keys(APP_STORE_BUCKET, 'orders/');

  beforeEach(async () => {
    coordinator = await withTickets(await aCoordinator());
  });

  it('completes an order whose coordinator died between the two writes', async () => {
    coordinator.s3.fail('refused', { operation: 'PutObject', key: /^orders\// });
    expect((await submit()).status).toBe(503);
    expect(orders()).toEqual([]);
    const record = coordinator.s3.json(APP_STORE_BUCKET, idempotencyKey(sha256(KEY))) as {
      order: { executionId: string };
    };
    // The clock and the price have moved on, the order has not.
    await coordinator.clock.advance(60_000);
    await coordinator.items.put({ ...TICKET, price: 1 });

    const other = await aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
    const response = await submit(ORDER, KEY, other);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/orders/${record.order.executionId}`);
    expect(coordinator.s3.json(APP_STORE_BUCKET, orders()[0] ?? '')).toEqual(record.order);
  });

  it('stands for one execution when equal requests race at two coordinators', async () => {
    const other = await aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, index) => submit(ORDER, KEY, index % 2 === 0 ? coordinator : other)),
    );
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(responses.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(orders()).toHaveLength(1);
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === null)).toHaveLength(1);
  });

  it.each(['idempotency/', 'orders/'])(
    'stands for one execution when the answer to the write of %s was lost',
    async (prefix) => {
      coordinator.s3.fail('lost-response', { operation: 'PutObject', key: new RegExp(`^${prefix}`) });
      const first = await submit();
      const second = await submit();
      expect(first.status).toBe(202);
      expect(second.headers.get('location')).toBe(first.headers.get('location'));
      expect(orders()).toHaveLength(1);
    },
  );

  it.each(['idempotency/', 'orders/'])(
    'can be repeated when the write of %s was done and said to be unavailable',
    async (prefix) => {
      coordinator.s3.fail('done-then-unavailable', { operation: 'PutObject', key: new RegExp(`^${prefix}`) });
      expect((await submit()).status).toBe(503);
      expect((await submit()).status).toBe(202);
      expect(orders()).toHaveLength(1);
    },
  );

  it('gives the same order again, as it is by then', async () => {
    const first = await submit();
    const { orderId } = await first.json();
    const order = coordinator.s3.json(APP_STORE_BUCKET, orders()[0] ?? '') as Parameters<typeof succeeded>[1];
    succeeded(coordinator.s3, order);
    const second = await submit({ paymentMethod: ORDER.paymentMethod, quantity: 2, itemId: 'ticket' });
    expect(second.status).toBe(202);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(`/orders/${orderId}`);
    expect(await second.json()).toMatchObject({ orderId, status: 'SUCCEEDED' });
  });

  it.each([
    ['another quantity', { ...ORDER, quantity: 3 }],
    ['another item', { ...ORDER, itemId: 'other' }],
    ['a customer', { ...ORDER, customer: '' }],
  ])('refuses a body with %s', async (_, body) => {
    await coordinator.items.put({ ...TICKET, itemId: 'other' });
    await submit();
    const response = await submit(body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: '/problems/idempotency-key-reused' });
    expect(orders()).toHaveLength(1);
  });

  it('tells apart keys that differ in one character, and none in case or order', async () => {
    const keys = ['a', 'A', 'a ,b', 'a, b', '../a', '~', 'x'.repeat(255)];
    for (const key of keys) expect((await submit(ORDER, key)).status).toBe(202);
    expect(orders()).toHaveLength(keys.length);
  });

  it.each([
    ['empty', ''],
    ['longer than 255 characters', 'x'.repeat(256)],
    ['with characters that are not ASCII', 'schlüssel'],
    ['with a tab inside', 'a\tb'],
  ])('that is %s is refused, and no order is taken', async (_, key) => {
    const response = await submit(ORDER, key);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: '/problems/invalid-request',
      errors: [{ parameter: 'idempotency-key', detail: '1 to 255 printable ASCII characters' }],
    });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('is not spent by a request that is refused', async () => {
    expect((await submit({ ...ORDER, quantity: 0 })).status).toBe(422);
    expect((await submit({ ...ORDER, itemId: 'unknown' })).status).toBe(422);
    expect((await submit()).status).toBe(202);
  });

  it.each([
    ['is no record', { hello: 'world' }],
    ['is not JSON', 'not JSON'],
  ])('cannot be used when what is stored under it %s, and no order is taken', async (_, stored) => {
    coordinator.s3.place(APP_STORE_BUCKET, idempotencyKey(sha256(KEY)), stored);
    const response = await submit();
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ type: '/problems/idempotency-key-spent' });
    expect(orders()).toEqual([]);
  });

  it('takes no order again that S3 has expired or is about to', async () => {
    const first = await submit();
    coordinator.s3.remove(APP_STORE_BUCKET, orders()[0] ?? '');
    await coordinator.clock.advance(29 * DAY_MS + 1);
    expect(coordinator.clock.now()).toBeGreaterThan(NOW);
    const response = await submit();
    expect(first.status).toBe(202);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ detail: expect.stringContaining('expired') });
    expect(orders()).toEqual([]);
  });
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
