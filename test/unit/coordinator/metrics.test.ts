import { describe, expect, it } from 'vitest';
import { COORDINATOR_METRICS } from '../../../coordinator/metric-names.ts';
import { APP_STORE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, recovered, ORDER, withTickets } from './a-coordinator.ts';

describe('what the coordinator counts', () => {
  it('is one order, however often a request is repeated under its key', async () => {
    const { send, metrics } = await withTickets(await aCoordinator());
    for (let n = 0; n < 3; n += 1) await send('POST', '/orders', ORDER, { 'idempotency-key': 'once' });
    expect(metrics.total(COORDINATOR_METRICS.ordersAccepted)).toBe(1);
  });

  it('is an order that is only written by the repetition', async () => {
    const { s3, send, metrics } = await withTickets(await aCoordinator());
    s3.fail('unavailable', { operation: 'PutObject', key: /^orders\// });
    await send('POST', '/orders', ORDER, { 'idempotency-key': 'twice' });
    expect(metrics.total(COORDINATOR_METRICS.ordersAccepted)).toBe(0);
    await send('POST', '/orders', ORDER, { 'idempotency-key': 'twice' });
    expect(metrics.total(COORDINATOR_METRICS.ordersAccepted)).toBe(1);
  });

  it('is a redriven order as well, once', async () => {
    const coordinator = await withTickets(await aCoordinator());
    const { id } = recovered(coordinator.s3);
    for (let n = 0; n < 2; n += 1) await coordinator.request(`/orders/${id}/redrive`, { method: 'POST' });
    expect(coordinator.metrics.total(COORDINATOR_METRICS.ordersAccepted)).toBe(1);
  });

  it('is no order that was refused', async () => {
    const { send, metrics } = await withTickets(await aCoordinator());
    await send('POST', '/orders', { ...ORDER, itemId: 'unknown' });
    await send('POST', '/orders', { ...ORDER, quantity: -1 });
    expect(metrics.counted).toEqual([]);
  });

  it('is an error for each answer that says the fault is ours', async () => {
    const { s3, request, metrics } = await aCoordinator();
    s3.fail('refused', { bucket: APP_STORE_BUCKET, times: 2 });
    await request('/orders/01890000-0000-7000-8000-000000000001');
    await request('/orders/01890000-0000-7000-8000-000000000002');
    expect(metrics.total(COORDINATOR_METRICS.apiErrors)).toBe(2);
  });

  it('is no error for what a client did wrong, and none for a health check', async () => {
    const { s3, request, metrics } = await aCoordinator();
    await request('/orders/01890000-0000-7000-8000-000000000001');
    s3.fail('refused', { times: 2 });
    expect((await request('/readyz')).status).toBe(503);
    expect(metrics.counted).toEqual([]);
  });
});
