import { beforeEach, describe, expect, it } from 'vitest';
import { aCoordinator, Facts, ORDER, recovered, withTickets, type TestCoordinator } from './a-coordinator.ts';

describe('requests that a page of another site makes', () => {
  let coordinator: TestCoordinator;

  beforeEach(async () => {
    coordinator = await withTickets(await aCoordinator({ allowedHosts: ['Orders.Example'] }));
  });

  it.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of another port', { origin: 'http://localhost:3000' }],
    ['of an opaque origin', { origin: 'null' }],
    ['of a broken origin', { origin: 'http://' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['that the browser calls same-site', { 'sec-fetch-site': 'same-site' }],
    [
      'that the browser calls cross-site whatever its origin',
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost' },
    ],
  ])('%s change nothing', async (_, headers: Record<string, string>) => {
    const { id } = recovered(coordinator.s3);
    const responses = [
      await coordinator.send('POST', '/orders', ORDER, headers),
      await coordinator.send('PUT', '/items/ticket', { name: 'x', price: 1, units: 1 }, headers),
      await coordinator.request(`/orders/${id}/redrive`, { method: 'POST', headers }),
    ];
    for (const response of responses) {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ type: '/problems/foreign-origin' });
    }
    expect(coordinator.s3.counts({ operation: 'PutObject' })).toEqual({});
  });

  it.each([
    ['of the same origin', { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }],
    ['that a person typed', { 'sec-fetch-site': 'none' }],
    ['of the same host behind TLS', { host: 'orders.example', origin: 'https://orders.example' }],
    ['of the same host and port', { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' }],
    ['without a browser', {}],
  ])('%s are taken', async (_, headers: Record<string, string>) => {
    expect((await coordinator.send('POST', '/orders', ORDER, headers)).status).toBe(202);
  });

  it.each(['evil.example', 'evil.example:8080', '192.168.0.7', 'localhost.evil.example', '[::2]', 'xlocalhost', ''])(
    'are refused when they name the host %j',
    async (host) => {
      const response = await coordinator.request('/orders', { headers: { host } });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ type: '/problems/foreign-host' });
      expect(coordinator.s3.calls).toEqual([]);
    },
  );

  it.each([
    'localhost',
    'LOCALHOST:8080',
    '127.0.0.1:1',
    '[::1]:8080',
    '[::1]',
    'orders.example',
    'ORDERS.EXAMPLE:443',
  ])('are answered when they name the host %s', async (host) => {
    expect((await coordinator.request('/orders', { headers: { host } })).status).toBe(200);
  });

  it('are told nothing about what other origins may do', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    const response = await coordinator.request('/orders', { method: 'OPTIONS', headers });
    expect(response.status).toBe(405);
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('every answer', () => {
  it('is what its content type says, and is not kept', async () => {
    const coordinator = await aCoordinator();
    const { id } = new Facts(coordinator.s3);
    for (const path of ['/orders', `/orders/${id}`, '/orders/x', '/nothing', '/healthz', '/openapi.json']) {
      const { headers } = await coordinator.request(path);
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('cache-control'), path).toBe('no-store');
    }
  });

  it.each(['/', '/nothing', '/orders/', '//orders', '/orders/%2e%2e/x', '/ORDERS', `/${'x'.repeat(9000)}`])(
    'about the unknown address %.40s is a problem',
    async (path) => {
      const coordinator = await aCoordinator();
      const response = await coordinator.request(`http://localhost${path}`);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({ type: '/problems/no-such-resource' });
    },
  );

  it.each([
    ['DELETE', '/orders', 'GET, HEAD, POST'],
    ['POST', '/items/ticket', 'GET, HEAD, PUT'],
    ['GET', '/orders/019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57/redrive', 'POST'],
    ['PUT', '/orders/019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57/recovery', 'POST'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('to %s %s names the methods there are', async (method, path, allow) => {
    const coordinator = await aCoordinator();
    const response = await coordinator.request(path, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(allow.split(', ').sort());
    expect(await response.json()).toMatchObject({ type: '/problems/method-not-allowed' });
  });
});
