import { expect, test } from 'vitest';
import { afterFailure } from '../../../local/lambda/event-retry.ts';

const DELAYS: readonly [number, number] = [60_000, 120_000];
const NOW = 1_000_000;

function decide(attempts: number, maximumRetryAttempts: number, maximumEventAgeSeconds = 21_600, enqueuedAt = NOW) {
  const config = { maximumRetryAttempts, maximumEventAgeSeconds, onFailureArn: undefined, modifiedAt: 0 };
  return afterFailure({ enqueuedAt, attempts }, config, DELAYS, NOW);
}

test.for([
  ['tries again a minute after the first failure', 1, 2, { kind: 'retry', at: NOW + 60_000 }],
  ['tries again two minutes after the second failure', 2, 2, { kind: 'retry', at: NOW + 120_000 }],
  ['gives up after the third failure', 3, 2, { kind: 'discard', condition: 'RetriesExhausted' }],
  [
    'gives up after the first failure when there are no retries',
    1,
    0,
    { kind: 'discard', condition: 'RetriesExhausted' },
  ],
  [
    'gives up after the second failure when there is one retry',
    2,
    1,
    { kind: 'discard', condition: 'RetriesExhausted' },
  ],
] as const)('%s', ([, attempts, maximum, verdict]) => {
  expect(decide(attempts, maximum)).toEqual(verdict);
});

test('gives up at once when the event would be too old for its retry', () => {
  expect(decide(1, 2, 60, NOW - 1)).toEqual({ kind: 'discard', condition: 'EventAgeExceeded' });
  expect(decide(1, 2, 60, NOW)).toMatchObject({ kind: 'retry' });
});
