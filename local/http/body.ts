import type { IncomingMessage } from 'node:http';

/** The largest body that any service here takes. Lambda's own limit is 6 MB, the objects of this system are far smaller. */
export const MOST_BODY_BYTES = 16 * 1024 * 1024;

export type Body =
  { readonly kind: 'read'; readonly bytes: Buffer } | { readonly kind: 'too-large' } | { readonly kind: 'aborted' };

const EMPTY = Buffer.alloc(0);

export function announcesTooLarge(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES;
}

export function announcesNoBody(request: IncomingMessage): boolean {
  const length = request.headers['content-length'];
  return (length === undefined || length === '0') && request.headers['transfer-encoding'] === undefined;
}

/** Reads the whole body; stops at the limit without waiting for the rest. */
export function readBody(request: IncomingMessage): Promise<Body> {
  if (announcesTooLarge(request)) return Promise.resolve({ kind: 'too-large' });
  if (announcesNoBody(request)) return Promise.resolve({ kind: 'read', bytes: EMPTY });
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
      else {
        request.pause();
        resolve({ kind: 'too-large' });
      }
    });
    request.on('end', () => {
      const only = chunks.length === 1 ? chunks[0] : undefined;
      resolve({ kind: 'read', bytes: only ?? Buffer.concat(chunks, bytes) });
    });
    request.on('error', () => resolve({ kind: 'aborted' }));
    request.on('close', () => {
      if (!request.readableEnded) resolve({ kind: 'aborted' });
    });
  });
}
