import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  failureKey,
  indexFailure,
  keyBeforeFailuresAt,
  parseFailureKey,
  parseFailureName,
} from '../../../workflow/failure-index.ts';
import { FAILURE_KINDS } from '../../../workflow/failure.ts';
import { incidentRedriveKey, parseIncidentRedriveKey } from '../../../workflow/incident-redrive.ts';
import { aFailure, EXECUTION, T0 } from './builders.ts';

const anyFailure = fc.record({
  kind: fc.constantFrom(...FAILURE_KINDS),
  error: fc.string({ unit: 'binary', maxLength: 128 }),
  detectedAt: fc.double(),
});
const anyStep = fc.stringMatching(/^[a-z][a-z0-9-]{0,62}$/);

describe('the index of failures', () => {
  it('has a key that says everything', () => {
    const failure = aFailure({ kind: 'OUT_OF_MEMORY', error: 'Runtime.OutOfMemory' });
    expect(failureKey(indexFailure(EXECUTION, 'pay', failure))).toBe(
      `failures/${T0}.pay.OUT_OF_MEMORY.Runtime-OutOfMemory.${EXECUTION}.json`,
    );
  });

  it('reads back every key that it writes, whatever an error is called and whenever it was', () => {
    fc.assert(
      fc.property(anyFailure, anyStep, fc.uuid({ version: 7 }), (fields, step, executionId) => {
        const detectedAt = Number.isNaN(fields.detectedAt) ? 0 : fields.detectedAt;
        const indexed = indexFailure(executionId, step, aFailure({ ...fields, detectedAt }));
        expect(parseFailureKey(failureKey(indexed))).toEqual(indexed);
      }),
    );
  });

  it('sorts by the time of discovery, and a listing can begin at any', () => {
    const at = (detectedAt: number) => failureKey(indexFailure(EXECUTION, 'pay', aFailure({ detectedAt })));
    expect(at(999) < at(T0)).toBe(true);
    expect(keyBeforeFailuresAt(T0) < at(T0)).toBe(true);
    expect(keyBeforeFailuresAt(T0) > at(T0 - 1)).toBe(true);
  });

  it.each([
    '',
    `${T0}.pay.TIMEOUT.Error`,
    `${T0}.pay.WEATHER.Error.${EXECUTION}`,
    `${T0}.Pay.TIMEOUT.Error.${EXECUTION}`,
    `${T0}.pay.TIMEOUT.Err.or.${EXECUTION}`,
    `1.pay.TIMEOUT.Error.${EXECUTION}`,
    `${T0}.pay.TIMEOUT.Error.${EXECUTION}/..`,
    `${T0}.pay.TIMEOUT.Error.not-an-id`,
  ])('knows no failure called %j', (name) => {
    expect(parseFailureName(name)).toBeUndefined();
    expect(parseIncidentRedriveKey(`incident-redrives/${name}.5.json`)).toBeUndefined();
  });
});

describe('a request to redrive an incident', () => {
  const incidentId = indexFailure(EXECUTION, 'pay', aFailure()).name;

  it.each(['request', 'done'] as const)('has a key of the incident and how many orders it had: %s', (kind) => {
    const key = { kind, incidentId, count: 12 };
    expect(parseIncidentRedriveKey(incidentRedriveKey(key))).toEqual(key);
  });

  it.each([`${incidentId}.json`, `${incidentId}.0.json`, `${incidentId}.5.done`, `${incidentId}.5.done.done.json`])(
    'is not %s',
    (name) => {
      expect(parseIncidentRedriveKey(`incident-redrives/${name}`)).toBeUndefined();
    },
  );
});
