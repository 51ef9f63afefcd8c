import { describe, expect, it } from 'vitest';
import {
  clip,
  FAILURE_KINDS,
  failureSchema,
  isRejection,
  isTransient,
  MAX_ERROR_MESSAGE,
  MAX_ERROR_NAME,
  type FailureKind,
} from '../../../workflow/failure.ts';
import { aFailure } from './builders.ts';

const TRANSIENT: readonly FailureKind[] = [
  'STORAGE_UNAVAILABLE',
  'THROTTLED',
  'TIMEOUT',
  'PLATFORM_ERROR',
  'NO_EVIDENCE',
];

describe('failure', () => {
  it.each<[string, object]>([
    ['an error name without end', { error: 'x'.repeat(MAX_ERROR_NAME + 1) }],
    ['a message without end', { message: 'x'.repeat(MAX_ERROR_MESSAGE + 1) }],
    ['a signal nobody gives', { signal: 'rumour' }],
    ['attempt 0', { attempt: 0 }],
    ['half an attempt', { attempt: 1.5 }],
    ['no instant', { detectedAt: Number.NaN }],
    ['evidence without end', { evidence: Array.from({ length: 21 }, () => 'event') }],
  ])('cannot be written down with %s', (_, fields) => {
    expect(failureSchema.safeParse({ ...aFailure(), ...fields }).success).toBe(false);
  });

  it('can be written down once its texts are clipped', () => {
    const endless = 'x'.repeat(5000);
    const failure = aFailure({ error: clip(endless, MAX_ERROR_NAME), message: clip(endless, MAX_ERROR_MESSAGE) });
    expect(failureSchema.parse(failure)).toEqual(failure);
    expect(failure.message).toMatch(/x…$/);
  });

  it('leaves text as it is that is short enough', () => {
    expect(clip('x'.repeat(8), 8)).toBe('x'.repeat(8));
    expect(clip('x'.repeat(9), 8)).toBe(`${'x'.repeat(7)}…`);
  });

  it.each(FAILURE_KINDS)('of kind %s is tried again only where that may help', (kind) => {
    expect(isTransient(kind)).toBe(TRANSIENT.includes(kind));
  });

  it('is a rejection only when the business says no', () => {
    expect(FAILURE_KINDS.filter(isRejection)).toEqual(['REJECTED']);
  });
});
