import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OrdersApi } from '../../../demo/orders-api.ts';

const ITEM = { itemId: 'demo-item', name: 'item', price: 100, currency: 'EUR', units: 1 };

let server: Server;
let interruption: AbortController;
let api: OrdersApi;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  interruption = new AbortController();
  api = new OrdersApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, interruption.signal);
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function nextRequest(): Promise<ServerResponse> {
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return response;
}

describe('an interrupted demo', () => {
  it('waits for the answer to what it has put, and asks nothing after it', async () => {
    const arrived = nextRequest();
    const put = api.putItem(ITEM);
    const response = await arrived;
    interruption.abort();
    response.writeHead(201).end();
    await expect(put).resolves.toBeUndefined();
    await expect(api.putItem(ITEM)).rejects.toThrow('aborted');
  });

  it('does not wait for what it only reads', async () => {
    const arrived = nextRequest();
    const reading = api.items();
    await arrived;
    interruption.abort();
    await expect(reading).rejects.toThrow('aborted');
  });

  it('does not try a write again that found nobody', async () => {
    const arrived = nextRequest();
    const put = api.putItem(ITEM);
    const response = await arrived;
    interruption.abort();
    response.destroy();
    await expect(put).rejects.toThrow('aborted');
  });
});
