import { beforeEach, describe, expect, it } from 'vitest';
import { APP_STORE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, NOW, ORDER, TICKET, withTickets, type TestCoordinator } from './a-coordinator.ts';

describe('POST /orders', () => {
  let coordinator: TestCoordinator;
  const submit = (body: unknown = ORDER, headers = {}) => coordinator.send('POST', '/orders', body, headers);
  const orders = () => coordinator.s3.keys(APP_STORE_BUCKET, 'orders/');

  beforeEach(async () => {
    coordinator = await withTickets(await aCoordinator());
  });

  it('says that it is unknown whether the order was taken when its write got no answer', async () => {
    coordinator.s3.fail('done-then-unavailable', { operation: 'PutObject' });
    const response = await submit();
    const problem = await response.json();
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(problem).toMatchObject({
      type: '/problems/storage-unavailable',
      detail: expect.stringContaining('not known'),
    });
    expect(orders()).toEqual([`orders/${problem.orderId}.json`]);
  });

  it('answers 503 and takes no order while the storage cannot be reached', async () => {
    coordinator.s3.fail('refused', { times: 100 });
    const response = await submit();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: '/problems/storage-unavailable', status: 503 });
    expect(orders()).toEqual([]);
  });

  it('names the write that the storage denies', async () => {
    coordinator.s3.fail('denied', { operation: 'PutObject' });
    const response = await submit();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      type: '/problems/storage-denied',
      detail: expect.stringMatching(/write orders\/.* in bucket app-store: AccessDenied/),
    });
    expect(coordinator.logger.events.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('takes an order once when the answer to its write was lost and the write repeated', async () => {
    coordinator.s3.fail('lost-response', { operation: 'PutObject' });
    const response = await submit();
    expect(response.status).toBe(202);
    expect(orders()).toEqual([`orders/${(await response.json()).orderId}.json`]);
  });

  it('tries again when S3 is busy with another conditional write', async () => {
    coordinator.s3.fail('conflict', { operation: 'PutObject', times: 2 });
    expect((await submit()).status).toBe(202);
    expect(orders()).toHaveLength(1);
  });

  it('hides what went wrong inside and names it by an id that stands in the log', async () => {
    coordinator.s3.place(APP_STORE_BUCKET, 'items/ticket.json', 'not JSON');
    const response = await submit();
    const text = await response.clone().text();
    const { instance } = await response.json();
    expect(response.status).toBe(500);
    expect(instance).toMatch(/^urn:uuid:/);
    expect(text).not.toMatch(/\.ts|node_modules|not JSON/);
    expect(coordinator.logger.events).toContainEqual(
      expect.objectContaining({
        level: 'error',
        fields: expect.objectContaining({ instance, error: expect.any(Error) }),
      }),
    );
  });

  it('refuses an item that does not exist, and takes no order', async () => {
    const response = await submit({ ...ORDER, itemId: 'nothing' });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: '/problems/unknown-item',
      detail: 'There is no item nothing.',
      errors: [{ pointer: '#/itemId' }],
    });
    expect(orders()).toEqual([]);
  });

  it.each([
    ['quantity 0', { ...ORDER, quantity: 0 }, '#/quantity'],
    ['a negative quantity', { ...ORDER, quantity: -1 }, '#/quantity'],
    ['half a unit', { ...ORDER, quantity: 1.5 }, '#/quantity'],
    ['a quantity as text', { ...ORDER, quantity: '1' }, '#/quantity'],
    ['more units than a booking has', { ...ORDER, quantity: 1001 }, '#/quantity'],
    ['no quantity', { itemId: 'ticket', paymentMethod: 'pm_card_visa' }, '#/quantity'],
    ['a card number', { ...ORDER, paymentMethod: '4242424242424242' }, '#/paymentMethod'],
    ['a path as item', { ...ORDER, itemId: '../orders/x' }, '#/itemId'],
    ['a member that does not exist', { ...ORDER, price: 1 }, '#/price'],
    ['a member whose name is no text', { ...ORDER, 'a/~\ud800': 1 }, '#/a~1~0%EF%BF%BD'],
    ['its own total', { ...ORDER, total: 1 }, '#/total'],
    [
      'a prototype',
      JSON.parse('{"itemId":"ticket","quantity":1,"paymentMethod":"pm_x","__proto__":{"a":1}}'),
      '#/__proto__',
    ],
    ['a list', [ORDER], '#'],
    ['null', null, '#'],
  ])('refuses %s, points at it, and takes no order', async (_, body, pointer) => {
    const response = await submit(body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      type: '/problems/invalid-body',
      status: 422,
      errors: [{ pointer, detail: expect.any(String) }],
    });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it.each([
    ['malformed JSON', '{"itemId":', 'application/json', 400, 'malformed-json'],
    ['an empty body', '', 'application/json', 400, 'malformed-json'],
    ['a form', 'itemId=ticket', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
    ['text', JSON.stringify(ORDER), 'text/plain', 415, 'unsupported-media-type'],
    [
      'a megabyte',
      JSON.stringify({ ...ORDER, customer: 'x'.repeat(1_000_000) }),
      'application/json',
      413,
      'body-too-large',
    ],
    ['one byte more than 64 KiB', 'x'.repeat(64 * 1024 + 1), 'application/json', 413, 'body-too-large'],
  ])('refuses %s and takes no order', async (_, body, contentType, status, name) => {
    const response = await coordinator.request('/orders', {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ type: `/problems/${name}`, status });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('refuses a body without a content type', async () => {
    const body = new TextEncoder().encode(JSON.stringify(ORDER));
    const response = await coordinator.request('/orders', { method: 'POST', body });
    expect(response.status).toBe(415);
    expect(orders()).toEqual([]);
  });

  it('writes the order with the price of the item and answers with where it is', async () => {
    const response = await submit({ ...ORDER, customer: 'Zoë 🦊 <script>' });
    const body = await response.json();
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/orders/${body.orderId}`);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
    expect(body).toMatchObject({
      status: 'RUNNING',
      workflow: { name: 'booking', version: 1 },
      submittedAt: new Date(NOW).toISOString(),
      input: { itemId: 'ticket', quantity: 2, total: 9000, currency: 'EUR', customer: 'Zoë 🦊 <script>' },
      steps: [
        { name: 'confirm-order', status: 'RUNNING' },
        { name: 'payment', status: 'PENDING', attempts: [] },
      ],
    });
    expect(coordinator.s3.json(APP_STORE_BUCKET, `orders/${body.orderId}.json`)).toEqual({
      executionId: body.orderId,
      workflow: { name: 'booking', version: 1 },
      submittedAt: NOW,
      input: body.input,
    });
  });

  it('costs one write and no read when the item is known', async () => {
    await submit();
    coordinator.s3.calls.length = 0;
    await submit();
    expect(coordinator.s3.counts()).toEqual({ PutObject: 1 });
  });

  it('does not ask whether units are left', async () => {
    expect((await submit({ ...ORDER, quantity: TICKET.units + 1 })).status).toBe(202);
  });

  it('takes a new price five seconds after another coordinator changed it, and at once after it changed it itself', async () => {
    const totalOfOne = async () => (await (await submit({ ...ORDER, quantity: 1 })).json()).input.total;
    await totalOfOne();
    await coordinator.items.put({ ...TICKET, price: 5000 });
    await coordinator.clock.advance(4999);
    expect(await totalOfOne()).toBe(4500);
    await coordinator.clock.advance(1);
    expect(await totalOfOne()).toBe(5000);
    const { itemId: _, ...put } = { ...TICKET, price: 6000 };
    await coordinator.send('PUT', '/items/ticket', put);
    expect(await totalOfOne()).toBe(6000);
  });

  it('can order an item at once after it was unknown', async () => {
    const { itemId: _, ...put } = TICKET;
    const order = { ...ORDER, itemId: 'new' };
    expect((await submit(order)).status).toBe(422);
    await coordinator.items.put({ ...put, itemId: 'new' });
    expect((await submit(order)).status).toBe(202);
  });
});
