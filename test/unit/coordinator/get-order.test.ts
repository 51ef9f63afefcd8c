import { beforeEach, describe, expect, it } from 'vitest';
import {
  attemptClaimKey,
  attemptInvokedKey,
  barredKey,
  confirmationKey,
  orderKey,
  stepRecordKey,
} from '../../../workflow/keys.ts';
import { APP_STORE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, anOrder, Facts, idAt, NOW, recovered, type TestCoordinator } from './a-coordinator.ts';

describe('GET /orders/{id}', () => {
  let coordinator: TestCoordinator;
  const get = async (id: string) => {
    const response = await coordinator.request(`/orders/${id}`);
    return { status: response.status, body: await response.json() };
  };

  beforeEach(async () => {
    coordinator = await aCoordinator();
  });

  it('answers 503 with the code of the storage while it cannot be reached', async () => {
    coordinator.s3.fail('refused', { times: 100 });
    const { status, body } = await get(idAt(NOW));
    expect(status).toBe(503);
    expect(body).toMatchObject({
      type: '/problems/storage-unavailable',
      detail: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('names the bucket that does not exist', async () => {
    coordinator.s3.fail('no-such-bucket', { times: 100 });
    const { status, body } = await get(idAt(NOW));
    expect(status).toBe(503);
    expect(body.detail).toMatch(/bucket (app-store|state-storage): NoSuchBucket/);
  });

  it.each([
    ['a step record that is not JSON', (facts: Facts) => facts.place(stepRecordKey(facts.id, 'payment'), 'not JSON')],
    ['a step record of another shape', (facts: Facts) => facts.place(stepRecordKey(facts.id, 'payment'), { hello: 1 })],
    [
      'a step record of another execution',
      (facts: Facts) =>
        facts.place(stepRecordKey(facts.id, 'payment'), {
          executionId: idAt(NOW),
          step: 'payment',
          attempt: 1,
          endedAt: NOW,
          writtenBy: 'function',
          status: 'SUCCEEDED',
          output: {},
        }),
    ],
  ])('shows an order with %s as quarantined, with the reason', async (_, damage) => {
    const facts = new Facts(coordinator.s3);
    damage(facts);
    const { status, body } = await get(facts.id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      orderId: facts.id,
      status: 'QUARANTINED',
      submittedAt: new Date(NOW).toISOString(),
      steps: [],
    });
    expect(body.reason).toContain(facts.id);
  });

  it('shows an order that is not JSON as quarantined', async () => {
    const id = idAt(NOW);
    coordinator.s3.place(APP_STORE_BUCKET, orderKey(id), '{"executionId":');
    expect((await get(id)).body).toMatchObject({ orderId: id, status: 'QUARANTINED' });
  });

  it.each([
    ['version', { name: 'booking', version: 7 }],
    ['name', { name: 'other', version: 1 }],
  ])('shows an order whose workflow has an unknown %s', async (_, workflow) => {
    const order = anOrder({ workflow, input: { anything: ['at', 'all'] } });
    const { id } = recovered(coordinator.s3, order);
    const { status, body } = await get(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'UNKNOWN_VERSION',
      workflow,
      input: order.input,
      reason: expect.stringContaining(`version ${workflow.version}`),
    });
  });

  it('shows an instant that no clock can have had', async () => {
    const order = anOrder();
    coordinator.s3.place(APP_STORE_BUCKET, orderKey(order.executionId), { ...order, submittedAt: 1e300 });
    expect((await get(order.executionId)).body).toMatchObject({
      status: 'RUNNING',
      submittedAt: '9999-12-31T23:59:59.999Z',
    });
  });

  it('knows no order of that id', async () => {
    const id = idAt(NOW);
    expect(await get(id)).toMatchObject({ status: 404, body: { type: '/problems/no-such-order', orderId: id } });
  });

  it.each([
    ['in upper case', idAt(NOW).toUpperCase()],
    ['with a character more', `${idAt(NOW)}x`],
    ['of version 4', '9b2c8f9e-53c1-4c1b-8f6a-3e6d2b1a7c55'],
    ['with a path', '..%2f..%2fetc'],
    ['with a zero byte', '%00'],
    ['with bytes that are no UTF-8', '%ff%E0%A4%A'],
    ['of 5,000 characters', 'x'.repeat(5000)],
    ['with markup', '<script>'],
  ])('refuses an id %s without asking the storage', async (_, id) => {
    const { status, body } = await get(id);
    expect(status).toBe(400);
    expect(body).toMatchObject({ type: '/problems/invalid-request', errors: [{ parameter: 'orderId' }] });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('shows what an attempt that was given up came to write, and what refused it', async () => {
    const facts = new Facts(coordinator.s3).succeed('confirm-order').fail('payment').recover();
    const barred = { by: 'slot', write: 'payment-capture', requestId: 'the-zombie' };
    const place = { executionId: facts.id, step: 'payment', attempt: 1 };
    facts.place(barredKey(facts.id, 'payment', 1), { ...place, ...barred, barredAt: NOW + 900, eventId: 'event-9' });
    const { body } = await get(facts.id);
    expect(body).toMatchObject({ status: 'FAILED', steps: [{}, { attempts: [{ attempt: 1 }] }] });
    expect(body.steps[1].attempts[0].barred).toEqual({
      ...barred,
      barredAt: '2026-11-23T12:00:00.900Z',
    });
  });

  it('shows attempts with their request ids and times, and who else said that one failed', async () => {
    const facts = new Facts(coordinator.s3).succeed('confirm-order', { itemId: 'ticket' });
    const because = {
      kind: 'TIMEOUT',
      error: 'Timeout',
      message: 'after 3 s',
      signal: 'log',
      attempt: 1,
      detectedAt: NOW,
      requestId: 'first',
      evidence: ['event-1'],
    };
    facts.place(attemptClaimKey(facts.id, 'payment', 2), {
      executionId: facts.id,
      step: 'payment',
      attempt: 2,
      invokeAt: NOW + 500,
      because,
    });
    facts.place(confirmationKey(facts.id, 'payment', 1, 'destination'), {
      ...because,
      executionId: facts.id,
      step: 'payment',
      signal: 'destination',
      detectedAt: NOW + 900,
    });
    facts.place(attemptInvokedKey(facts.id, 'payment', 2), {
      executionId: facts.id,
      step: 'payment',
      attempt: 2,
      requestId: 'second',
      invokedAt: NOW + 600,
    });
    expect((await get(facts.id)).body).toMatchObject({
      status: 'RUNNING',
      steps: [
        {
          name: 'confirm-order',
          status: 'SUCCEEDED',
          output: { itemId: 'ticket' },
          startedAt: '2026-11-23T12:00:01.000Z',
          endedAt: '2026-11-23T12:00:02.000Z',
        },
        {
          name: 'payment',
          status: 'RUNNING',
          attempts: [
            {
              attempt: 1,
              requestId: 'first',
              failure: { kind: 'TIMEOUT', detectedAt: '2026-11-23T12:00:00.000Z', evidence: ['event-1'] },
              confirmations: [{ kind: 'TIMEOUT', signal: 'destination', detectedAt: '2026-11-23T12:00:00.900Z' }],
            },
            {
              attempt: 2,
              requestId: 'second',
              invokeAt: '2026-11-23T12:00:00.500Z',
              invokedAt: '2026-11-23T12:00:03.000Z',
            },
          ],
        },
      ],
    });
  });

  it('shows a failure with its recovery before and after', async () => {
    const action = {
      handler: 'cancel-payment',
      step: 'payment',
      before: { captured: true },
      after: { captured: false },
    };
    const facts = new Facts(coordinator.s3).succeed('confirm-order').fail('payment').recover([action]);
    expect((await get(facts.id)).body).toMatchObject({
      status: 'FAILED',
      endedAt: '2026-11-23T12:00:03.000Z',
      failure: { step: 'payment', kind: 'TYPE_ERROR', error: 'TypeError', signal: 'log', attempt: 1 },
      recovery: { recoveredAt: '2026-11-23T12:00:03.000Z', actions: [action], failures: [] },
    });
  });
});
