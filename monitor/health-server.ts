import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthServerOptions {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** What keeps the process from doing its work, in sentences; empty when it can. */
  readonly complaints: () => readonly string[];
  /** What /readyz shows besides, whether or not there are complaints. */
  readonly details?: () => object;
}

export interface ListeningHealthServer {
  readonly url: string;
  /** Cuts off whoever is connected: a health check is asked again anyway. */
  close(): Promise<void>;
}

/** Whoever checks asks once in some seconds and goes. */
const MAX_CONNECTIONS = 16;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * `GET /healthz` (the process runs) and `GET /readyz` (it can do its work, or a problem of RFC 9457 says why not). Nothing
 * else: the coordinator has an API, the monitor has none.
 *
 * @throws Error with the address and the system's code when it cannot listen there.
 */
export async function serveHealth({ host, port, ...health }: HealthServerOptions): Promise<ListeningHealthServer> {
  const server = createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: REQUEST_TIMEOUT_MS,
    },
    (request, response) => {
      respond(request, response, health);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const { address, family, port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Answer {
  readonly status: 200 | 404 | 405 | 503;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}

type Health = Pick<HealthServerOptions, 'complaints' | 'details'>;

function respond(request: IncomingMessage, response: ServerResponse, health: Health): void {
  const { status, body, headers } = answer(request.method ?? '', request.url ?? '', health);
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': status === 200 ? 'application/json' : 'application/problem+json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    connection: 'close',
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function answer(method: string, url: string, { complaints, details }: Health): Answer {
  const [path = ''] = url.split('?');
  if (path !== '/healthz' && path !== '/readyz')
    return problem(404, 'There is nothing at this address', 'The monitor serves /healthz and /readyz.');
  if (method !== 'GET' && method !== 'HEAD')
    return {
      ...problem(405, 'The resource does not have this method', 'The methods of this resource are GET, HEAD.'),
      headers: { allow: 'GET, HEAD' },
    };
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } };
  const found = complaints();
  const { status, body }: Answer =
    found.length > 0
      ? problem(503, 'The monitor cannot work now', found.join(' '))
      : { status: 200, body: { status: 'ok' } };
  return { status, body: { ...body, ...details?.() } };
}

function problem(status: 404 | 405 | 503, title: string, detail: string): Answer {
  return { status, body: { type: 'about:blank', title, status, detail } };
}
