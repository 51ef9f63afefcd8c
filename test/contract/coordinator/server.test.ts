import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listen, type ListeningServer } from '../../../coordinator/server.ts';
import { APP_STORE_BUCKET } from '../../support/memory-s3.ts';
import { aCoordinator, Facts, ORDER, withTickets } from '../../unit/coordinator/a-coordinator.ts';

describe('the coordinator on a socket', () => {
  const servers: ListeningServer[] = [];
  const serve = async () => {
    const coordinator = await withTickets(await aCoordinator());
    const server = await listen({ app: coordinator.app, host: '127.0.0.1', port: 0, graceMs: 1000 });
    servers.push(server);
    return { coordinator, server };
  };

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('stops polling when a client of events breaks its connection', async () => {
    const { coordinator, server } = await serve();
    const { id } = new Facts(coordinator.s3);
    const client = new AbortController();
    const response = await fetch(`${server.url}/orders/${id}/events`, { signal: client.signal });
    const reader = response.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toContain('"status":"RUNNING"');
    expect(coordinator.hub.size).toEqual({ executions: 1, watches: 1 });
    client.abort();
    await expect(reader?.read()).rejects.toThrow();
    await expect.poll(() => coordinator.hub.size).toEqual({ executions: 0, watches: 0 });
    await expect.poll(() => coordinator.clock.sleeping).toBe(0);
  });

  it('stops polling when a connection breaks before the first event was read', async () => {
    const { coordinator, server } = await serve();
    const { id } = new Facts(coordinator.s3);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`GET /orders/${id}/events HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    await expect.poll(() => coordinator.hub.size.watches).toBe(1);
    socket.resetAndDestroy();
    await expect.poll(() => coordinator.hub.size).toEqual({ executions: 0, watches: 0 });
  });

  it.each([
    ['a redrive of an order that there is not', 'POST /orders/01890000-0000-7000-8000-000000000001/redrive', 404],
    ['a request for recovery', 'POST /orders/01890000-0000-7000-8000-000000000001/recovery', 404],
    ['an order', 'POST /orders', 422],
    ['an item', 'PUT /items/chair', 422],
    ['a method that there is not', 'DELETE /orders', 405],
  ])('answers %s that comes without any body, as curl sends it', async (_what, request, status) => {
    const { server } = await serve();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`${request} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
    let answer = '';
    for await (const part of socket) answer += String(part);
    expect(answer.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });

  it('refuses a megabyte with a problem, takes no order, and answers the next request', async () => {
    const { coordinator, server } = await serve();
    const send = (body: string) =>
      fetch(`${server.url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const response = await send(JSON.stringify({ ...ORDER, customer: 'x'.repeat(1_000_000) }));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ type: '/problems/body-too-large' });
    expect(coordinator.s3.keys(APP_STORE_BUCKET, 'orders/')).toEqual([]);
    expect((await send(JSON.stringify(ORDER))).status).toBe(202);
  });

  it('refuses a megabyte whose length was not said', async () => {
    const { coordinator, server } = await serve();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let part = 0; part < 16; part += 1) controller.enqueue(new Uint8Array(64 * 1024));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/orders`, { method: 'POST', headers, body, duplex: 'half' });
    expect(response.status).toBe(413);
    expect(coordinator.s3.calls).toEqual([]);
  });

  it('takes no order from a client that goes in the middle of its body', async () => {
    const { coordinator, server } = await serve();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(
      'POST /orders HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"item',
    );
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.resetAndDestroy();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect(coordinator.s3.calls).toEqual([]);
    expect(coordinator.logger.events.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('ends streams and closes when it is told to, with clients still connected', async () => {
    const { coordinator, server } = await serve();
    const { id } = new Facts(coordinator.s3);
    const response = await fetch(`${server.url}/orders/${id}/events`);
    const text = response.text();
    await expect.poll(() => coordinator.hub.size.watches).toBe(1);
    coordinator.hub.close();
    await server.close();
    expect(await text).toContain('"status":"RUNNING"');
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    servers.length = 0;
  });

  it('closes although a client never sends a request', async () => {
    const { server } = await serve();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const cut = new Promise((resolve) => socket.once('close', resolve).once('error', () => {}));
    await server.close();
    await cut;
    servers.length = 0;
  });

  it('says when its port is taken', async () => {
    const { coordinator, server } = await serve();
    const port = Number(new URL(server.url).port);
    await expect(listen({ app: coordinator.app, host: '127.0.0.1', port, graceMs: 0 })).rejects.toThrow(
      /EADDRINUSE.*127\.0\.0\.1/,
    );
  });
});
