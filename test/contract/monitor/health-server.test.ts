import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { serveHealth, type ListeningHealthServer } from '../../../monitor/health-server.ts';

describe('the health of the monitor on a socket', () => {
  const servers: ListeningHealthServer[] = [];
  const serve = async (complaints: readonly string[] = []) => {
    const server = await serveHealth({ host: '127.0.0.1', port: 0, complaints: () => complaints });
    servers.push(server);
    return server;
  };

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('says in a problem why the monitor cannot work', async () => {
    const { url } = await serve(['The log group has not been read for 40 s.', 'The sweep failed.']);
    const response = await fetch(`${url}/readyz`);
    expect(response.status).toBe(503);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'The monitor cannot work now',
      status: 503,
      detail: 'The log group has not been read for 40 s. The sweep failed.',
    });
  });

  it.each(['/healthz', '/readyz', '/readyz?verbose'])(
    'answers %s with ok when there is nothing to say',
    async (path) => {
      const { url } = await serve();
      const response = await fetch(`${url}${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    },
  );

  it.each([
    [[], 200],
    [['It cannot.'], 503],
  ])(
    'shows how far the monitor sees, with the complaints %j too, and not as a part of whether it runs',
    async (complaints, status) => {
      const details = () => ({ log: { isBlind: false } });
      const server = await serveHealth({ host: '127.0.0.1', port: 0, complaints: () => complaints, details });
      servers.push(server);
      const response = await fetch(`${server.url}/readyz`);
      expect([response.status, await response.json()]).toEqual([status, expect.objectContaining(details())]);
      expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ status: 'ok' });
    },
  );

  it('runs, whatever keeps it from working', async () => {
    const { url } = await serve(['It cannot.']);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it.each([
    ['POST', '/readyz', 405],
    ['DELETE', '/healthz', 405],
    ['GET', '/', 404],
    ['GET', '/metrics', 404],
  ])('refuses %s %s with %i', async (method, path, status) => {
    const { url } = await serve();
    const response = await fetch(`${url}${path}`, { method });
    expect([response.status, await response.json()]).toEqual([status, expect.objectContaining({ status })]);
  });

  it('answers HEAD without a body', async () => {
    const { url } = await serve(['It cannot.']);
    const response = await fetch(`${url}/readyz`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([503, '']);
  });

  it('closes although a client never sends a request', async () => {
    const server = await serve();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const cut = new Promise((resolve) => socket.once('close', resolve).once('error', () => {}));
    await server.close();
    await cut;
    servers.length = 0;
  });

  it('says when its port is taken', async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    await expect(serveHealth({ host: '127.0.0.1', port, complaints: () => [] })).rejects.toThrow(
      /EADDRINUSE.*127\.0\.0\.1/,
    );
  });
});
