import { Hono, type Context } from 'hono';
import type { Encoding, PageFile, PageFiles } from '../page-files.ts';

/**
 * Nothing but what this coordinator serves is loaded, run, asked or framed. No text becomes markup, whatever the page's code
 * does with it: browsers that know Trusted Types refuse every such assignment.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of a name that stands for its contents: a year, the longest that HTTP knows. */
const KEPT_FOR_EVER = 'public, max-age=31536000, immutable';
/** Asked for again each time, and answered with 304 until another version is deployed. */
const ASKED_EACH_TIME = 'no-cache';

/** The page and what it loads. Not of the API, and so not in its document. */
export function pageRoutes({ index, assets }: PageFiles): Hono {
  const routes = new Hono();
  routes.get('/', (context) => {
    context.header('content-security-policy', CONTENT_SECURITY_POLICY);
    return answer(context, index, ASKED_EACH_TIME);
  });
  routes.get('/assets/:name', (context) => {
    const found = assets.get(context.req.param('name'));
    return found === undefined ? context.notFound() : answer(context, found, KEPT_FOR_EVER);
  });
  return routes;
}

function answer(context: Context, encodings: Readonly<Record<Encoding, PageFile>>, cacheControl: string): Response {
  const encoding = bestEncoding(context.req.header('accept-encoding') ?? '');
  const { bytes, contentType, etag } = encodings[encoding];
  context.header('cache-control', cacheControl);
  context.header('etag', etag);
  context.header('vary', 'accept-encoding');
  if (isKnown(etag, context.req.header('if-none-match') ?? '')) return context.body(null, 304);
  context.header('content-type', contentType);
  if (encoding !== 'identity') context.header('content-encoding', encoding);
  return context.body(bytes, 200);
}

/** The smallest that the client takes. Its preferences among those are not asked for: all of them are the same page. */
export function bestEncoding(accepted: string): Encoding {
  const taken = accepted
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()))
    .filter(([, weight]) => !/^q=0(\.0*)?$/.test(weight ?? ''))
    .map(([name]) => name);
  if (taken.includes('br')) return 'br';
  return taken.includes('gzip') ? 'gzip' : 'identity';
}

function isKnown(etag: string, ifNoneMatch: string): boolean {
  return ifNoneMatch.split(',').some((known) => known.trim().replace(/^W\//, '') === etag);
}
