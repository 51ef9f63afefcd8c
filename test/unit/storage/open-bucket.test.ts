import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openBucket } from '../../../storage/open-bucket.ts';

let server: Server;
let paths: string[];

beforeEach(async () => {
  paths = [];
  server = createServer((request, response) => {
    paths.push(new URL(request.url ?? '', 'http://s3').pathname);
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function open(bucket: string) {
  return openBucket(bucket, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });
}

it('sends what is written to two buckets at once to the bucket that it is meant for', async () => {
  const [orders, states] = [open('orders'), open('states')];
  const keys = Array.from({ length: 20 }, (_, index) => `${index}.json`);
  await Promise.all(keys.flatMap((key) => [orders.overwrite(key, {}), states.overwrite(key, {})]));
  expect(paths.sort()).toEqual(keys.flatMap((key) => [`/orders/${key}`, `/states/${key}`]).sort());
  orders.close();
  states.close();
});
