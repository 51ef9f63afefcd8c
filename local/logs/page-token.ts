import { createHash } from 'node:crypto';
import type { EventPosition } from './log-event.ts';
import { LogsError } from './logs-error.ts';

/** A token of AWS is good for 24 hours. */
const TOKEN_LIFETIME_MS = 24 * 3600 * 1000;

/** Where the next page goes on. */
export interface PageToken {
  readonly after: EventPosition;
  /** The page before was empty on purpose, so this one may not be. */
  readonly followsEmptyPage: boolean;
}

/** Binds a token to the request that it continues: with another request it is invalid, as on AWS. */
export function fingerprintOf(request: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64url').slice(0, 16);
}

export function encodeToken(token: PageToken, fingerprint: string, now: number): string {
  const { timestamp, ingestionTime, sequence } = token.after;
  const fields = [timestamp, ingestionTime, sequence, token.followsEmptyPage ? 1 : 0, now, fingerprint];
  return Buffer.from(JSON.stringify(fields)).toString('base64url');
}

export function decodeToken(text: string, fingerprint: string, now: number): PageToken {
  const fields = fieldsOf(text);
  if (fields === undefined || fields[5] !== fingerprint) {
    throw new LogsError('InvalidParameterException', 'The specified nextToken is invalid.');
  }
  const [timestamp, ingestionTime, sequence, followsEmptyPage, issuedAt] = fields;
  if (now - issuedAt > TOKEN_LIFETIME_MS) {
    throw new LogsError('InvalidParameterException', 'The specified nextToken has expired.');
  }
  return { after: { timestamp, ingestionTime, sequence }, followsEmptyPage: followsEmptyPage === 1 };
}

type TokenFields = [number, number, number, number, number, string];

function fieldsOf(text: string): TokenFields | undefined {
  try {
    const fields = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
    return Array.isArray(fields) && fields.length === 6 && fields.slice(0, 5).every((f) => typeof f === 'number')
      ? (fields as TokenFields)
      : undefined;
  } catch {
    return undefined; // Not a token of ours: the caller answers that it is invalid.
  }
}
