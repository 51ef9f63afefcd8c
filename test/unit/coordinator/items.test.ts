import { beforeEach, describe, expect, it } from 'vitest';
import { StockStore } from '../../../booking/stock-store.ts';
import { APP_STORE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, idAt, NOW, TICKET, withTickets, type TestCoordinator } from './a-coordinator.ts';

const { itemId: _, ...PUT } = TICKET;

describe('the items', () => {
  let coordinator: TestCoordinator;
  const put = (body: unknown, id = 'ticket') => coordinator.send('PUT', `/items/${id}`, body);
  const hold = (units: number) => new StockStore({ objects: coordinator.appStore }).hold(idAt(NOW), 'ticket', units);

  beforeEach(async () => {
    coordinator = await withTickets(await aCoordinator());
  });

  it('are left as they are when the storage fails', async () => {
    coordinator.s3.fail('refused', { operation: 'PutObject' });
    const response = await put({ ...PUT, price: 1 });
    expect(response.status).toBe(503);
    expect(await (await put({ ...PUT, price: 1 })).json()).toMatchObject({ price: 1, units: 10 });
  });

  it('cannot have fewer units than are held, and says how many are', async () => {
    await hold(4);
    const response = await put({ ...PUT, units: 3 });
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      type: '/problems/too-few-units',
      usedUnits: 4,
      detail: '4 units of ticket are held or sold, so it must have at least as many, not 3.',
    });
    expect(await (await coordinator.request('/items/ticket')).json()).toMatchObject({
      units: 10,
      held: 4,
      available: 6,
    });
  });

  it.each([
    ['no name', { price: 1, units: 1 }, '#/name'],
    ['an empty name', { ...PUT, name: '' }, '#/name'],
    ['a price in parts of cents', { ...PUT, price: 0.5 }, '#/price'],
    ['a negative price', { ...PUT, price: -1 }, '#/price'],
    ['a price beyond all measure', { ...PUT, price: 100_000_001 }, '#/price'],
    ['negative units', { ...PUT, units: -1 }, '#/units'],
    ['a currency in lower case', { ...PUT, currency: 'eur' }, '#/currency'],
    ['an id of its own', { ...PUT, itemId: 'other' }, '#/itemId'],
  ])('are refused with %s', async (_, body, pointer) => {
    const response = await put(body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ type: '/problems/invalid-body', errors: [{ pointer }] });
    expect(coordinator.s3.calls).toEqual([]);
  });

  it.each(['Ticket', '-ticket', 'tick.et', '%2e%2e%2fx', 'x'.repeat(64), '%F0%9F%A6%8A'])(
    'are refused with the id %s',
    async (id) => {
      for (const response of [await put(PUT, id), await coordinator.request(`/items/${id}`)]) {
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({
          type: '/problems/invalid-request',
          errors: [{ parameter: 'itemId' }],
        });
      }
      expect(coordinator.s3.calls).toEqual([]);
    },
  );

  it('are not found when they were never put', async () => {
    const response = await coordinator.request('/items/nothing');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: '/problems/no-such-item' });
  });

  it('can be put again and again, in euros unless said otherwise', async () => {
    const { currency: _, ...withoutCurrency } = PUT;
    const first = await put(withoutCurrency, 'new');
    const documents = coordinator.s3.keys(APP_STORE_BUCKET).map((key) => coordinator.s3.json(APP_STORE_BUCKET, key));
    const second = await put(withoutCurrency, 'new');
    const item = {
      itemId: 'new',
      name: 'Concert ticket',
      price: 4500,
      currency: 'EUR',
      units: 10,
      held: 0,
      sold: 0,
      available: 10,
    };
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(await first.json()).toEqual(item);
    expect(await second.json()).toEqual(item);
    expect(coordinator.s3.keys(APP_STORE_BUCKET).map((key) => coordinator.s3.json(APP_STORE_BUCKET, key))).toEqual(
      documents,
    );
  });

  it('are listed with the units that are left', async () => {
    await hold(3);
    await put({ ...PUT, currency: 'USD' }, 'another');
    expect(await (await coordinator.request('/items')).json()).toEqual({
      items: [
        { ...TICKET, itemId: 'another', currency: 'USD', held: 0, sold: 0, available: 10 },
        { ...TICKET, held: 3, sold: 0, available: 7 },
      ],
    });
  });
});
