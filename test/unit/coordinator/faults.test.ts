import { beforeEach, describe, expect, it } from 'vitest';
import { FaultClient } from '../../../coordinator/fault-client.ts';
import { aCoordinator, type TestCoordinator } from './a-coordinator.ts';

const STATUS = {
  faults: [{ name: 'access-denied', how: 'the bucket policy denies payment its objects' }],
  isChanging: false,
};

describe('breaking the stack through the coordinator', () => {
  let asked: string[];
  let answer: () => Response | Promise<Response>;
  let coordinator: TestCoordinator;

  beforeEach(async () => {
    asked = [];
    answer = () => Response.json(STATUS);
    const fetch = async (input: unknown, { method = '', headers = {} }: RequestInit = {}) => {
      asked.push(`${method} ${String(input)} ${new Headers(headers).get('authorization')}`);
      return answer();
    };
    const faults = new FaultClient({
      url: 'http://127.0.0.1:1',
      token: 'secret',
      fetch: fetch,
    });
    coordinator = await aCoordinator({ faults });
  });

  it('asks the fault service, with the token that only the two of them know', async () => {
    expect(await (await coordinator.request('/faults')).json()).toEqual(STATUS);
    answer = () => Response.json({ ...STATUS, inForce: 'access-denied' });
    const put = await coordinator.request('/faults/access-denied', { method: 'PUT' });
    expect(await put.json()).toMatchObject({ inForce: 'access-denied' });
    expect((await coordinator.request('/faults', { method: 'DELETE' })).status).toBe(200);
    expect(asked).toEqual([
      'GET http://127.0.0.1:1/faults Bearer secret',
      'PUT http://127.0.0.1:1/faults/access-denied Bearer secret',
      'DELETE http://127.0.0.1:1/faults Bearer secret',
    ]);
  });

  it.each<Record<string, string>>([
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('is refused to a page of another origin: %j', async (headers) => {
    for (const [method, path] of [
      ['PUT', '/faults/access-denied'],
      ['DELETE', '/faults'],
    ] as const) {
      const response = await coordinator.request(path, { method, headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ type: '/problems/foreign-origin' });
    }
    expect(asked).toEqual([]);
  });

  it.each([
    [404, 404, 'no-such-fault'],
    [409, 409, 'fault-under-way'],
    [502, 503, 'faults-unavailable'],
    [401, 503, 'faults-unavailable'],
  ])('passes on what the service says with status %d', async (status, expected, type) => {
    answer = () => Response.json({ detail: 'because' }, { status });
    const response = await coordinator.request('/faults/access-denied', { method: 'PUT' });
    expect(response.status).toBe(expected);
    expect(await response.json()).toMatchObject({ type: `/problems/${type}`, detail: 'because' });
  });

  it.each([
    ['does not answer', () => Promise.reject(new TypeError('fetch failed'))],
    ['answers nonsense', () => new Response('<html>')],
    ['answers something else', () => Response.json({ any: 'thing' })],
  ])('says so when the service %s', async (_, answers) => {
    answer = answers;
    const response = await coordinator.request('/faults');
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ type: '/problems/faults-unavailable' });
  });

  it.each(['Earthquake', 'a b', '..%2fx', 'x'.repeat(64)])('refuses the name %s', async (name) => {
    const response = await coordinator.request(`/faults/${encodeURIComponent(name)}`, { method: 'PUT' });
    expect(response.status).toBe(400);
    expect(asked).toEqual([]);
  });
});

it('cannot be done where nobody has named a fault service', async () => {
  const coordinator = await aCoordinator();
  for (const [method, path] of [
    ['GET', '/faults'],
    ['PUT', '/faults/access-denied'],
    ['DELETE', '/faults'],
  ] as const) {
    expect((await coordinator.app.request(path, { method })).status).toBe(404);
  }
});
