import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  foldIncidents,
  INCIDENT_GAP_MS,
  INCIDENT_WITHIN_MS,
  MIN_EQUAL_FAILURES,
  type Incident,
} from '../../../workflow/incidents.ts';
import type { IndexedFailure } from '../../../workflow/failure-index.ts';
import { T0 } from './builders.ts';
import { someFailures } from './some-failures.ts';

const WITHIN = INCIDENT_WITHIN_MS / 1000;
const GAP = INCIDENT_GAP_MS / 1000;
const LATER = T0 + 86_400_000;

const fold = (failures: readonly IndexedFailure[], now = LATER) => foldIncidents(failures, new Map(), now);
/** When each incident's failures were detected, seconds after T0. */
const times = (incidents: readonly Incident[]) =>
  incidents.map(({ failures }) => failures.map(({ detectedAt }) => (detectedAt - T0) / 1000));

const ROWS: readonly [string, readonly number[], readonly (readonly number[])[]][] = [
  ['nothing failed', [], []],
  ['one too few failed', [0, 1, 2, 3], []],
  ['enough failed at once', [0, 0, 0, 0, 0], [[0, 0, 0, 0, 0]]],
  ['enough failed just within the time', [0, 1, 2, 3, WITHIN], [[0, 1, 2, 3, WITHIN]]],
  ['enough failed a moment too slowly', [0, 1, 2, 3, WITHIN + 0.001], []],
  [
    'some had failed before, too slowly to begin it',
    [0, 200, 400, 401, 402, 403, 404],
    [[200, 400, 401, 402, 403, 404]],
  ],
  ['the next comes just within the gap', [0, 1, 2, 3, 4, 4 + GAP], [[0, 1, 2, 3, 4, 4 + GAP]]],
  ['the next comes a moment too late', [0, 1, 2, 3, 4, 4.001 + GAP], [[0, 1, 2, 3, 4]]],
  ['it goes on slowly for hours', [0, 1, 2, 3, 4, 600, 1200, 1800], [[0, 1, 2, 3, 4, 600, 1200, 1800]]],
  [
    'there are two with a pause between them',
    [0, 1, 2, 3, 4, 1000, 1001, 1002, 1003, 1004],
    [
      [0, 1, 2, 3, 4],
      [1000, 1001, 1002, 1003, 1004],
    ],
  ],
];

describe('incidents', () => {
  it.each(ROWS)('are found when %s', (_, seconds, expected) => {
    expect(times(fold(someFailures(seconds)))).toEqual(expected);
  });

  it('begin with as many equal failures as the documents say', () => {
    expect([MIN_EQUAL_FAILURES, WITHIN, GAP]).toEqual([5, 300, 600]);
  });

  it('keep two kinds of trouble apart that happen at once', () => {
    const one = someFailures([0, 10, 20, 30, 40]);
    const other = someFailures([5, 15, 25, 35, 45], { n: 1, failure: { kind: 'TYPE_ERROR', error: 'TypeError' } });
    expect(fold([...one, ...other]).map(({ failures }) => failures)).toEqual([one, other]);
  });

  it.each([
    ['step', { step: 'reserve' }],
    ['kind', { failure: { kind: 'THROTTLED' as const } }],
    ['error', { failure: { error: 'Another' } }],
  ])('are of one %s only', (_, other) => {
    expect(fold([...someFailures([0, 1, 2]), ...someFailures([3, 4], { n: 1, ...other })])).toEqual([]);
  });

  it('are open as long as one more failure could join, and quiet then', () => {
    const failures = someFailures([0, 1, 2, 3, 4]);
    const lastAt = T0 + 4000;
    expect(fold(failures, lastAt)[0]?.state).toBe('OPEN');
    expect(fold(failures, lastAt + INCIDENT_GAP_MS)[0]?.state).toBe('OPEN');
    expect(fold(failures, lastAt + INCIDENT_GAP_MS + 1)[0]?.state).toBe('QUIET');
  });

  it('are the same whatever order their failures are listed in', () => {
    const all = [
      ...someFailures([0, 1, 2, 3, 4, 300, 1200]),
      ...someFailures([1, 2, 3, 4, 5, 6], { n: 1, step: 'reserve' }),
      ...someFailures([2000, 2001, 2002, 2003, 2004], { n: 2 }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(fold(shuffled)).toEqual(fold(all));
      }),
    );
  });

  it('are found again by a listing that begins with their first failure', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 5, maxLength: 60 });
    fc.assert(
      fc.property(seconds, (drawn) => {
        const failures = someFailures([...drawn].sort((a, b) => a - b));
        for (const incident of fold(failures)) {
          const fromThere = failures.filter(({ name }) => name >= incident.id);
          expect(fold(fromThere)[0]).toEqual(incident);
        }
      }),
    );
  });

  describe('that are being redriven', () => {
    const failures = someFailures([0, 1, 2, 3, 4]);
    const redriven = new Map([[failures[0]?.name ?? '', T0 + 60_000]]);
    const foldRedriven = (more: readonly IndexedFailure[]) => foldIncidents([...failures, ...more], redriven, LATER);

    it('take in what was ordered before and fails later', () => {
      const late = someFailures([90, 100], { n: 1, orderedAt: 50 });
      expect(foldRedriven(late).map(({ failures: own }) => own)).toEqual([[...failures, ...late]]);
    });

    it('do not count the repetitions that fail again: those are an incident of their own', () => {
      const again = someFailures([70, 71, 72, 73, 74], { n: 1, orderedAt: 61 });
      expect(foldRedriven(again).map(({ failures: own }) => own)).toEqual([failures, again]);
      expect(foldRedriven(again.slice(1)).map(({ failures: own }) => own)).toEqual([failures]);
    });

    it('leave those of another class alone', () => {
      const other = someFailures([0, 1, 2, 90, 91], { n: 1, step: 'reserve' });
      expect(foldRedriven(other)).toHaveLength(2);
    });
  });
});
