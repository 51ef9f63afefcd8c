import type { HttpBindings } from '@hono/node-server';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { problem, ProblemError } from './problem.ts';

/** The largest order there can be has under 1 KiB. */
const MAX_BODY_BYTES = 64 * 1024;

/** Names of this machine, which need no configuration. */
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What holds for every answer: it is what its content type says, and no page but our own makes anything of it. */
const SECURE_HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Of an answer that is no page: a browser that shows it loads nothing for it, and frames it nowhere. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/** Answers are about the present unless they say otherwise, and are what their content type says. */
export function secureHeaders(): MiddlewareHandler {
  return async (context, next) => {
    await next();
    // On the answer that there is: the framework's own setter makes a new one of it for every header.
    const { headers } = context.res;
    for (const [name, value] of Object.entries(SECURE_HEADERS)) headers.set(name, value);
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', NO_PAGE);
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  };
}

/**
 * Answers only for names that are known to be ours. A page on the internet can make its own name point to 127.0.0.1
 * (DNS rebinding) and would then count as the same origin; the Host header still bears its name.
 */
export function knownHostsOnly(allowedHosts: readonly string[]): MiddlewareHandler {
  const known = new Set([...LOOPBACK_HOSTS, ...allowedHosts.map((host) => host.toLowerCase())]);
  return async (context, next) => {
    const host = hostOf(context.req.header('host') ?? new URL(context.req.url).host);
    if (!known.has(host)) {
      const names = [...known].join(', ');
      throw new ProblemError(
        problem('foreign-host', `The host ${JSON.stringify(host.slice(0, 64))} is none of ${names}.`),
      );
    }
    await next();
  };
}

/** A page of another site must not place or repeat orders with its visitor's browser. Other clients send no such headers. */
export function ownOriginOnly(): MiddlewareHandler {
  return async (context, next) => {
    if (!SAFE_METHODS.has(context.req.method)) {
      const site = context.req.header('sec-fetch-site');
      const origin = context.req.header('origin');
      const host = context.req.header('host') ?? new URL(context.req.url).host;
      if (
        (site !== undefined && site !== 'same-origin' && site !== 'none') ||
        (origin !== undefined && !isOriginOf(origin, host))
      ) {
        throw new ProblemError(problem('foreign-origin', 'The request comes from a page of another origin.'));
      }
    }
    await next();
  };
}

export function limitBody(): MiddlewareHandler {
  const refuse = (): never => {
    throw new ProblemError(problem('body-too-large', `A body may have ${MAX_BODY_BYTES} bytes at most.`));
  };
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: refuse });
  return async (context, next) => {
    const bytes = announcedBytes(context.env);
    if (bytes === undefined) return limit(context, next);
    if (bytes > MAX_BODY_BYTES) refuse();
    await next();
  };
}

/**
 * How long the body is of a request that came over a socket: its parser takes no byte more, and without either header there
 * is none (RFC 9112, section 6.3). To ask the request itself for its body makes a stream of it, which costs more than the
 * rest of an order. Undefined when only reading can tell.
 */
function announcedBytes(bindings: unknown): number | undefined {
  const headers = (bindings as Partial<HttpBindings> | undefined)?.incoming?.headers;
  if (headers === undefined || headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

/** Without the port, lower-case. */
function hostOf(header: string): string {
  return header.replace(/:\d*$/, '').toLowerCase();
}

/** Whether an origin is the one that the request was sent to. Its scheme may differ: TLS can end before us. */
function isOriginOf(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
