import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface SessionTokens {
  /** A token that is good for so long. */
  issue(lifetimeSeconds: number): string;
  isGood(token: string): boolean;
}

/** Tokens carry their end and a signature instead of being remembered, so that asking for many fills nothing. */
export function createSessionTokens(now: () => number): SessionTokens {
  const key = randomBytes(32);
  const sign = (end: string): Buffer => createHmac('sha256', key).update(end).digest();
  return {
    issue(lifetimeSeconds) {
      const end = String(now() + lifetimeSeconds * 1000);
      return `${end}.${sign(end).toString('base64url')}`;
    },
    isGood(token) {
      const [end = '', signature = ''] = token.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = sign(end);
      return given.length === right.length && timingSafeEqual(given, right) && Number(end) > now();
    },
  };
}
