import { beforeEach, describe, expect, it } from 'vitest';
import { orderKey, redriveKey, stepRecordKey } from '../../../workflow/keys.ts';
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

const DAY_MS = 24 * 60 * 60 * 1000;

describe('POST /orders/{id}/redrive', () => {
  let coordinator: TestCoordinator;
  const redrive = (id: string, via = coordinator) => via.request(`/orders/${id}/redrive`, { method: 'POST' });
  const orders = () => coordinator.s3.keys(APP_STORE_BUCKET, 'orders/');
  const claims = (id: string) => coordinator.s3.keys(STATE_STORAGE_BUCKET, redriveKey(id));

  beforeEach(async () => {
    coordinator = await aCoordinator();
  });

  it('completes a repetition whose coordinator died between the claim and the order', async () => {
    const { id } = recovered(coordinator.s3);
    coordinator.s3.fail('refused', { operation: 'PutObject', bucket: APP_STORE_BUCKET });
    expect((await redrive(id)).status).toBe(503);
    expect(orders()).toHaveLength(1);
    const claim = coordinator.s3.json(STATE_STORAGE_BUCKET, redriveKey(id)) as {
      newExecutionId: string;
      redrivenAt: number;
    };
    await coordinator.clock.advance(60_000);

    const other = await aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
    const response = await redrive(id, other);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/orders/${claim.newExecutionId}`);
    expect(coordinator.s3.json(APP_STORE_BUCKET, orderKey(claim.newExecutionId))).toMatchObject({
      executionId: claim.newExecutionId,
      submittedAt: claim.redrivenAt,
      redriveOf: id,
    });
  });

  it('makes one new order however many ask at once', async () => {
    const { id } = recovered(coordinator.s3);
    const other = await aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, index) => redrive(id, index % 2 === 0 ? coordinator : other)),
    );
    expect(new Set(responses.map(({ status, headers }) => `${status} ${headers.get('location')}`)).size).toBe(1);
    expect(orders()).toHaveLength(2);
  });

  it.each([
    ['the claim', STATE_STORAGE_BUCKET],
    ['the new order', APP_STORE_BUCKET],
  ])('makes one new order when the answer to the write of %s was lost', async (_, bucket) => {
    const { id } = recovered(coordinator.s3);
    coordinator.s3.fail('lost-response', { operation: 'PutObject', bucket });
    const first = await redrive(id);
    const second = await redrive(id);
    expect(first.status).toBe(202);
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(orders()).toHaveLength(2);
  });

  it.each([
    ['runs', 'RUNNING', (s3: TestCoordinator['s3']) => new Facts(s3).succeed('confirm-order')],
    ['succeeded', 'SUCCEEDED', (s3: TestCoordinator['s3']) => succeeded(s3)],
    ['is being recovered', 'RECOVERING', (s3: TestCoordinator['s3']) => new Facts(s3).fail('confirm-order')],
    ['cannot be recovered', 'RECOVERY_FAILED', recoveryFailed],
    ['cannot be read', 'QUARANTINED', (s3: TestCoordinator['s3']) => placeOn(recovered(s3), 'payment', 'not JSON')],
    [
      'is of an unknown version',
      'UNKNOWN_VERSION',
      (s3: TestCoordinator['s3']) => recovered(s3, anOrder({ workflow: { name: 'booking', version: 2 } })),
    ],
  ])('refuses an order that %s, and says so', async (_, orderStatus, facts) => {
    const { id } = facts(coordinator.s3);
    const response = await redrive(id);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({ type: '/problems/not-redrivable', orderId: id, orderStatus });
    expect(claims(id)).toEqual([]);
    expect(orders()).toHaveLength(1);
  });

  it('refuses an order that S3 is about to expire', async () => {
    const { id } = recovered(coordinator.s3, anOrder({ submittedAt: NOW - 29 * DAY_MS - 1 }));
    const response = await redrive(id);
    expect(response.status).toBe(409);
    expect((await response.json()).detail).toContain('expired or is about to');
    expect(claims(id)).toEqual([]);
  });

  it.each([
    ['is no claim', { hello: 1 }],
    ['is not JSON', 'not JSON'],
  ])('takes no order when the claim that came first %s', async (_, stored) => {
    const { id } = recovered(coordinator.s3);
    coordinator.s3.before({ operation: 'PutObject', key: redriveKey(id) }, () =>
      coordinator.s3.place(STATE_STORAGE_BUCKET, redriveKey(id), stored),
    );
    const response = await redrive(id);
    expect(response.status).toBe(409);
    expect(orders()).toHaveLength(1);
  });

  it('knows no order of that id', async () => {
    const response = await redrive(idAt(NOW));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: '/problems/no-such-order' });
  });

  it('repeats the order with its input at the price it had, and links the two', async () => {
    const facts = recovered(coordinator.s3);
    const response = await redrive(facts.id);
    const order = await response.json();
    expect(response.status).toBe(202);
    expect(order).toMatchObject({ status: 'RUNNING', redriveOf: facts.id, input: facts.order.input });
    expect(await (await coordinator.request(`/orders/${facts.id}`)).json()).toMatchObject({
      status: 'FAILED',
      redrivenAs: order.orderId,
    });
    const again = await redrive(facts.id);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await again.json()).orderId).toBe(order.orderId);
  });
});

function recoveryFailed(s3: TestCoordinator['s3']): Facts {
  const facts = new Facts(s3).fail('confirm-order');
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const failure = {
      executionId: facts.id,
      attempt,
      handler: 'close-stock',
      error: 'AccessDenied',
      message: 'no',
      failedAt: NOW,
    };
    facts.place(`executions/${facts.id}/recovery-attempt-${attempt}.json`, failure);
  }
  return facts;
}

function placeOn(facts: Facts, step: string, body: unknown): Facts {
  return facts.place(stepRecordKey(facts.id, step), body);
}
