import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';

export interface ListenOptions {
  readonly app: { fetch(request: Request, bindings: object): Response | Promise<Response> };
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** How long open requests may take to end once the server is to close. */
  readonly graceMs: number;
}

export interface ListeningServer {
  readonly url: string;
  /** Takes no more connections, and resolves when the open requests have ended or their time is up. */
  close(): Promise<void>;
}

/** Watches keep a connection each; everything else is short. Beyond this, connections are refused. */
const MAX_CONNECTIONS = 2000;
/** The whole request must have arrived within this: a body has 64 KiB at most. */
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than the 60 s of a load balancer in front, which must be the one that closes. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** @throws Error with the address and the system's code when it cannot listen there. */
export async function listen({ app, host, port, graceMs }: ListenOptions): Promise<ListeningServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: HEADERS_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS },
    // The listener answers its own errors.
    (request, response) => void listener(request, response),
  );
  // Its own Request and Response take the place of Node's: they make a stream of a body only for whoever asks for one.
  const listener = getRequestListener((request, bindings) => app.fetch(request, bindings));
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (_, response) => response.once('close', () => closeIdleWhenClosing(server)));
  server.listen(port, host);
  await once(server, 'listening');
  return { url: urlOf(server), close: () => closeServer(server, graceMs) };
}

function urlOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

/** A connection is idle a moment after its answer has ended. */
function closeIdleWhenClosing(server: Server): void {
  if (!server.listening) setImmediate(() => server.closeIdleConnections());
}

/**
 * Closes what is idle; connections that become idle later close as they do. What is left when the time is up, a slow
 * client or one that has never sent a request, is cut off: clients must survive that anyhow.
 */
async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
