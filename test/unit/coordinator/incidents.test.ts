import { beforeEach, describe, expect, it } from 'vitest';
import { stepRecordKey } from '../../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, NOW, type Facts, type TestCoordinator } from './a-coordinator.ts';
import { incidentIdOf, someFailedOrders } from './some-failed-orders.ts';

const HOUR_MS = 3_600_000;

let coordinator: TestCoordinator;
const get = async (path: string) => {
  const response = await coordinator.request(path);
  return { status: response.status, body: await response.json() };
};
/** The first of some orders. */
const firstOf = ([first]: readonly Facts[]): Facts => {
  if (first === undefined) throw new Error('there are no orders');
  return first;
};

beforeEach(async () => {
  coordinator = await aCoordinator();
});

describe('GET /incidents', () => {
  it('shows many equal failures as one incident, with its count, cause, advice, first and last time', async () => {
    const orders = someFailedOrders(coordinator, { count: 12 });
    const { status, body } = await get('/incidents');
    expect(status).toBe(200);
    expect(body).toEqual({
      incidents: [
        {
          incidentId: incidentIdOf(firstOf(orders)),
          state: 'OPEN',
          step: 'payment',
          kind: 'ACCESS_DENIED',
          error: 'AccessDenied',
          cause: 'permission',
          advice: expect.stringContaining('policy'),
          count: 12,
          isCountComplete: true,
          firstAt: '2026-11-23T11:59:00.000Z',
          lastAt: '2026-11-23T11:59:11.000Z',
          redrives: [],
        },
      ],
      lookedBackTo: '2026-11-22T12:00:00.000Z',
      before: '2026-11-22T12:00:00.000Z',
    });
  });

  it('shows nothing of a few failures', async () => {
    someFailedOrders(coordinator, { count: 4 });
    expect((await get('/incidents')).body.incidents).toEqual([]);
  });

  it('gives every incident once, newest first, a page a day, until nothing older is kept', async () => {
    const ages = [1, 3, 23, 24, 25, 30, 49, 700].map((hours) => hours * HOUR_MS);
    for (const age of ages) someFailedOrders(coordinator, { at: NOW - age });
    const found: string[] = [];
    let pages = 0;
    for (let path: string | undefined = '/incidents'; path !== undefined; pages += 1) {
      const { body } = await get(path);
      found.push(...body.incidents.map(({ firstAt }: { firstAt: string }) => firstAt));
      path = body.before === undefined ? undefined : `/incidents?before=${body.before}`;
    }
    expect(found).toEqual(ages.map((age) => new Date(NOW - age).toISOString()));
    expect(pages).toBe(30);
  });

  it('gives one that goes on over the end of a page once, and whole', async () => {
    someFailedOrders(coordinator, { at: NOW - 24 * HOUR_MS - 200_000, count: 400 });
    const first = (await get('/incidents')).body;
    expect(first.incidents).toMatchObject([{ count: 400 }]);
    expect((await get(`/incidents?before=${first.before}`)).body.incidents).toEqual([]);
  });

  it('looks back less far when more has failed than it lists, and says how far', async () => {
    const { s3 } = coordinator;
    for (let n = 0; n < 21_000; n += 1) {
      const at = String(NOW - 23 * HOUR_MS + n);
      const id = `01890000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
      s3.place(STATE_STORAGE_BUCKET, `failures/${at}.payment.TIMEOUT.Timeout.${id}.json`, {});
    }
    someFailedOrders(coordinator);
    s3.calls.length = 0;
    const { body } = await get('/incidents');
    expect(body).toMatchObject({ incidents: [{ kind: 'ACCESS_DENIED' }], lookedBackTo: '2026-11-23T11:00:00.000Z' });
    expect(s3.counts().ListObjectsV2).toBeLessThan(30);
  });

  it('refuses an instant that is none, and says what one is', async () => {
    const { status, body } = await get('/incidents?before=yesterday');
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ parameter: 'before', detail: expect.stringContaining('ISO 8601') }] });
  });
});

describe('GET /incidents/{id}', () => {
  it('shows what the first and the last failure said', async () => {
    const orders = someFailedOrders(coordinator, { count: 7 });
    const { body } = await get(`/incidents/${incidentIdOf(firstOf(orders))}`);
    expect(body).toMatchObject({
      count: 7,
      first: { orderId: orders[0]?.id, error: 'AccessDenied', message: 'could not read order 1' },
      last: { orderId: orders[6]?.id, message: 'could not read order 7' },
    });
  });

  it('shows it without the words of a record that cannot be read', async () => {
    const orders = someFailedOrders(coordinator);
    coordinator.s3.place(STATE_STORAGE_BUCKET, stepRecordKey(firstOf(orders).id, 'payment'), 'not JSON');
    const { status, body } = await get(`/incidents/${incidentIdOf(firstOf(orders))}`);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('first');
    expect(body).toHaveProperty('last');
  });

  it('knows none that begins with a failure among few', async () => {
    const orders = someFailedOrders(coordinator, { count: 4 });
    const { status, body } = await get(`/incidents/${incidentIdOf(firstOf(orders))}`);
    expect(status).toBe(404);
    expect(body).toMatchObject({ type: '/problems/no-such-incident' });
  });

  it('refuses what is no incident id without asking the storage', async () => {
    const { status } = await get('/incidents/yesterday');
    expect(status).toBe(400);
    expect(coordinator.s3.calls).toEqual([]);
  });
});
