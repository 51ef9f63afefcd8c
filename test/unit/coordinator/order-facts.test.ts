import { beforeEach, describe, expect, it } from 'vitest';
import { executionPrefix, orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, Facts, idAt, NOW, recovered, type TestCoordinator } from './a-coordinator.ts';

describe('GET /orders/{id}/facts', () => {
  let coordinator: TestCoordinator;
  const factsOf = async (id: string) => (await coordinator.request(`/orders/${id}/facts`)).json();

  beforeEach(async () => {
    coordinator = await aCoordinator();
  });

  it('shows the objects as they lie in S3, the order first', async () => {
    const { id, order } = recovered(coordinator.s3);
    const { facts, isComplete } = await factsOf(id);
    expect(isComplete).toBe(true);
    expect(facts[0]).toEqual({
      store: 'appStore',
      bucket: APP_STORE_BUCKET,
      key: orderKey(id),
      lastModifiedAt: new Date(NOW).toISOString(),
      body: order,
    });
    expect(facts.slice(1).map(({ store, bucket, key }: Record<string, string>) => [store, bucket, key])).toEqual(
      ['confirm-order', 'payment', 'recovery'].map((name) => [
        'stateStorage',
        STATE_STORAGE_BUCKET,
        `${executionPrefix(id)}${name}.json`,
      ]),
    );
    for (const { bucket, key, body } of facts) expect(body).toEqual(coordinator.s3.json(bucket, key));
  });

  it('shows what can be seen of an order that is quarantined', async () => {
    const { id } = new Facts(coordinator.s3).place(`${executionPrefix(idAt(NOW))}x`, {});
    coordinator.s3.place(STATE_STORAGE_BUCKET, stepRecordKey(id, 'payment'), 'not JSON', NOW);
    coordinator.s3.place(STATE_STORAGE_BUCKET, `${executionPrefix(id)}stranger`, { any: 'thing' }, NOW);
    const { facts } = await factsOf(id);
    expect(facts[1]).toMatchObject({
      key: stepRecordKey(id, 'payment'),
      unreadable: expect.stringContaining('not JSON'),
    });
    expect(facts[1]).not.toHaveProperty('body');
    expect(facts[2]).toMatchObject({ key: `${executionPrefix(id)}stranger`, body: { any: 'thing' } });
  });

  it('shows an order that cannot be read itself', async () => {
    const id = idAt(NOW);
    coordinator.s3.place(APP_STORE_BUCKET, orderKey(id), 'not JSON');
    expect((await factsOf(id)).facts).toMatchObject([
      { store: 'appStore', unreadable: expect.stringContaining('JSON') },
    ]);
  });

  it('does not show what is longer than any fact', async () => {
    const { id } = new Facts(coordinator.s3).place('elsewhere', {});
    coordinator.s3.place(STATE_STORAGE_BUCKET, stepRecordKey(id, 'payment'), { text: 'x'.repeat(70_000) }, NOW);
    const { facts } = await factsOf(id);
    expect(facts[1]).not.toHaveProperty('body');
    expect(facts[1].unreadable).toMatch(/^has 70011 characters, more than the 65536 that are shown/);
  });

  it('shows two hundred objects at most, says that there are more, and reads no other', async () => {
    const facts = new Facts(coordinator.s3);
    for (let index = 0; index < 250; index += 1) facts.place(`${executionPrefix(facts.id)}${index + 100}.json`, {});
    coordinator.s3.calls.length = 0;
    const shown = await factsOf(facts.id);
    expect(shown.facts).toHaveLength(201);
    expect(shown.isComplete).toBe(false);
    expect(coordinator.s3.counts()).toEqual({ GetObject: 201, ListObjectsV2: 1 });
  });

  it('leaves out an object that expired since it was listed', async () => {
    const { id } = new Facts(coordinator.s3).succeed('confirm-order');
    coordinator.s3.before({ operation: 'GetObject', bucket: STATE_STORAGE_BUCKET }, () =>
      coordinator.s3.remove(STATE_STORAGE_BUCKET, stepRecordKey(id, 'confirm-order')),
    );
    expect((await factsOf(id)).facts).toHaveLength(1);
  });

  it('knows no order of that id, and no id that is none', async () => {
    expect((await coordinator.request(`/orders/${idAt(NOW)}/facts`)).status).toBe(404);
    expect((await coordinator.request('/orders/x/facts')).status).toBe(400);
  });

  it('answers 503 while the storage cannot be reached', async () => {
    const { id } = new Facts(coordinator.s3);
    coordinator.s3.fail('unavailable', { operation: 'ListObjectsV2' });
    expect((await coordinator.request(`/orders/${id}/facts`)).status).toBe(503);
  });
});
