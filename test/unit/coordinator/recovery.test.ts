import { beforeEach, describe, expect, it } from 'vitest';
import {
  DOORBELL_PREFIX,
  parseDoorbellKey,
  recoveryAttemptKey,
  recoveryRequestKey,
  stepRecordKey,
} from '../../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
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

type S3 = TestCoordinator['s3'];

function failedTry(facts: Facts, attempt: number, more: object = {}): Facts {
  return facts.place(recoveryAttemptKey(facts.id, attempt), {
    executionId: facts.id,
    attempt,
    handler: 'cancel-payment',
    error: 'AccessDenied',
    message: 'no',
    failedAt: NOW,
    ...more,
  });
}

function recoveryFailed(s3: S3, order = anOrder()): Facts {
  const facts = new Facts(s3, order).succeed('confirm-order').fail('payment');
  for (let attempt = 1; attempt <= 5; attempt += 1) failedTry(facts, attempt);
  return facts;
}

function held(s3: S3): Facts {
  const facts = new Facts(s3).fail('confirm-order');
  const key = stepRecordKey(facts.id, 'confirm-order');
  return facts.place(key, { ...(s3.json(STATE_STORAGE_BUCKET, key) as object), isHeld: true });
}

describe('POST /orders/{id}/recovery', () => {
  let coordinator: TestCoordinator;
  const ask = (id: string, via = coordinator) => via.request(`/orders/${id}/recovery`, { method: 'POST' });
  const requests = (id: string) => coordinator.s3.keys(STATE_STORAGE_BUCKET, `executions/${id}/recovery-request-`);
  const rings = () => coordinator.s3.keys(STATE_STORAGE_BUCKET, DOORBELL_PREFIX).map(parseDoorbellKey);

  beforeEach(async () => {
    coordinator = await aCoordinator();
  });

  it.each([
    ['whose recovery failed', 'RECOVERY_FAILED', recoveryFailed],
    ['that is held', 'HELD', held],
    ['whose recovery pauses', 'RECOVERING', (s3: S3) => failedTry(new Facts(s3).fail('confirm-order'), 1)],
  ])('asks for the recovery of an order %s, and rings', async (_, status, facts) => {
    const { id } = facts(coordinator.s3);
    expect(await (await coordinator.request(`/orders/${id}`)).json()).toMatchObject({ status });
    const response = await ask(id);
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(`/orders/${id}`);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
    expect(await response.json()).toMatchObject({
      orderId: id,
      status: 'RECOVERING',
      recovery: { requests: [{ request: 1, requestedAt: new Date(NOW).toISOString() }] },
    });
    expect(coordinator.s3.json(STATE_STORAGE_BUCKET, recoveryRequestKey(id, 1))).toEqual({
      executionId: id,
      request: 1,
      requestedAt: NOW,
    });
    expect(rings()).toEqual([id]);
  });

  it('makes one request as long as no try has answered it, however many ask at once, and rings for each', async () => {
    const { id } = recoveryFailed(coordinator.s3);
    const other = await aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
    const responses = await Promise.all(
      Array.from({ length: 8 }, (_, index) => ask(id, index % 2 === 0 ? coordinator : other)),
    );
    expect(responses.map(({ status }) => status)).toEqual(Array(8).fill(202));
    expect(responses.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(7);
    expect(requests(id)).toEqual([recoveryRequestKey(id, 1)]);
    expect(rings()).toEqual(Array(8).fill(id));
  });

  it('makes the next request once a try that knew of the first has failed', async () => {
    const facts = recoveryFailed(coordinator.s3);
    await ask(facts.id);
    failedTry(facts, 6);
    expect((await ask(facts.id)).headers.get('idempotent-replayed')).toBe('true');
    failedTry(facts, 7, { answersRequest: 1 });
    expect(await (await coordinator.request(`/orders/${facts.id}`)).json()).toMatchObject({
      status: 'RECOVERY_FAILED',
    });
    expect((await ask(facts.id)).headers.get('idempotent-replayed')).toBeNull();
    expect(requests(facts.id)).toEqual([recoveryRequestKey(facts.id, 1), recoveryRequestKey(facts.id, 2)]);
  });

  it("makes another request when somebody else's of the same number was tried between the look and the write", async () => {
    const facts = recoveryFailed(coordinator.s3);
    coordinator.s3.before({ operation: 'PutObject', key: recoveryRequestKey(facts.id, 1) }, () => {
      facts.place(recoveryRequestKey(facts.id, 1), { executionId: facts.id, request: 1, requestedAt: NOW });
      failedTry(facts, 6, { answersRequest: 1 });
    });
    const response = await ask(facts.id);
    expect(response.headers.get('idempotent-replayed')).toBeNull();
    expect((await response.json()).recovery.requests).toHaveLength(2);
    expect(rings()).toEqual([facts.id]);
  });

  it('rings when it is repeated after its coordinator died between the request and the doorbell', async () => {
    const { id } = recoveryFailed(coordinator.s3);
    coordinator.s3.fail('refused', { operation: 'PutObject', key: new RegExp(DOORBELL_PREFIX) });
    expect((await ask(id)).status).toBe(503);
    expect(requests(id)).toHaveLength(1);
    expect(rings()).toEqual([]);
    const other = await aCoordinator({ s3: coordinator.s3, clock: coordinator.clock });
    expect((await ask(id, other)).headers.get('idempotent-replayed')).toBe('true');
    expect(requests(id)).toHaveLength(1);
    expect(rings()).toEqual([id]);
  });

  it.each([
    ['request', 'recovery-request'],
    ['doorbell', 'doorbell'],
  ])('is one request when the answer to the write of the %s was lost', async (_, key) => {
    const { id } = recoveryFailed(coordinator.s3);
    coordinator.s3.fail('lost-response', { operation: 'PutObject', key: new RegExp(key) });
    expect((await ask(id)).status).toBe(202);
    expect(requests(id)).toHaveLength(1);
    expect(rings()).toEqual([id]);
  });

  it.each([
    ['runs', 'RUNNING', 'still running', (s3: S3) => new Facts(s3).succeed('confirm-order')],
    ['succeeded', 'SUCCEEDED', 'it succeeded', (s3: S3) => succeeded(s3)],
    ['is recovered', 'FAILED', 'its recovery is done', (s3: S3) => recovered(s3)],
    [
      'cannot be read',
      'QUARANTINED',
      'cannot be read',
      (s3: S3) => {
        const facts = recoveryFailed(s3);
        return facts.place(stepRecordKey(facts.id, 'payment'), 'not JSON');
      },
    ],
    [
      'is of an unknown version',
      'UNKNOWN_VERSION',
      'not known here',
      (s3: S3) => recoveryFailed(s3, anOrder({ workflow: { name: 'booking', version: 2 } })),
    ],
    [
      'S3 is about to expire',
      'RECOVERY_FAILED',
      'expired or is about to',
      (s3: S3) => recoveryFailed(s3, anOrder({ submittedAt: NOW - 29 * DAY_MS - 1 })),
    ],
    [
      'was asked for as often as it can be',
      'RECOVERY_FAILED',
      'asked for 20 times',
      (s3: S3) => failedTry(recoveryFailed(s3), 6, { answersRequest: 20 }),
    ],
  ])('refuses an order that %s, and says so', async (_, orderStatus, reason, facts) => {
    const { id } = facts(coordinator.s3);
    const response = await ask(id);
    expect(response.status).toBe(409);
    const problem = await response.json();
    expect(problem).toMatchObject({ type: '/problems/not-recoverable', orderId: id, orderStatus });
    expect(problem.detail).toContain(reason);
    expect(requests(id)).toEqual([]);
    expect(rings()).toEqual([]);
  });

  it('knows no order of that id', async () => {
    const response = await ask(idAt(NOW));
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: '/problems/no-such-order' });
  });

  it('takes no request from a page of another site', async () => {
    const { id } = recoveryFailed(coordinator.s3);
    const response = await coordinator.request(`/orders/${id}/recovery`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(response.status).toBe(403);
    expect(requests(id)).toEqual([]);
  });
});
