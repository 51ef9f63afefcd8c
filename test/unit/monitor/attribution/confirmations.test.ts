import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../../workflow/failure.ts';
import { confirmationKey, recoveryKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { STATE_STORAGE_BUCKET, type MemoryS3 } from '../../../support/memory-s3.ts';
import { theExaminer } from '../examination/an-examiner.ts';
import { aFailure, aSuccess, EXECUTION } from '../builders.ts';

const typeError = (failure: Partial<Failure> = {}) => ({
  step: 'payment',
  failure: aFailure({ kind: 'TYPE_ERROR', error: 'TypeError', ...failure }),
});
const DESTINATION = confirmationKey(EXECUTION, 'payment', 1, 'destination');
const written = (s3: MemoryS3) => s3.keys(STATE_STORAGE_BUCKET).filter((key) => key.includes('confirmed-by'));

function theFailure() {
  const made = theExaminer();
  made.placeConfirmed();
  return made;
}

describe('a signal that reports a failure that is known', () => {
  it.each(['unavailable', 'denied', 'done-then-unavailable'] as const)(
    'keeps nothing from being recovered when it cannot be written down: %s',
    async (fault) => {
      const { examiner, s3, logger, undone } = theFailure();
      s3.fail(fault, { operation: 'PutObject', key: DESTINATION });
      expect(await examiner.examine(EXECUTION, [typeError(), typeError({ signal: 'destination' })])).toBe('ended');
      expect(undone).toEqual(['payment', 'confirm-order']);
      expect(logger.events).toContainEqual(
        expect.objectContaining({ level: 'warn', message: 'confirmation not recorded' }),
      );
    },
  );

  it('is written down after the recovery', async () => {
    const { examiner, s3 } = theFailure();
    let atRecovery: unknown = 'never recovered';
    s3.before({ operation: 'PutObject', key: recoveryKey(EXECUTION) }, () => (atRecovery = written(s3)));
    await examiner.examine(EXECUTION, [typeError(), typeError({ signal: 'destination' })]);
    expect(atRecovery).toEqual([]);
    expect(written(s3)).toEqual([DESTINATION]);
  });

  it('confirms nothing of a step that succeeded', async () => {
    const { examiner, s3, placeFact } = theFailure();
    placeFact(stepRecordKey(EXECUTION, 'payment'), aSuccess('payment'));
    await examiner.examine(EXECUTION, [typeError(), typeError({ signal: 'destination' })]);
    expect(written(s3)).toEqual([]);
  });

  it('confirms nothing of an attempt that was never made, or of another step', async () => {
    const { examiner, s3 } = theFailure();
    await examiner.examine(EXECUTION, [typeError()]);
    await examiner.examine(EXECUTION, [
      typeError({ signal: 'destination', attempt: 7 }),
      { ...typeError({ signal: 'destination' }), step: 'confirm-order' },
      { ...typeError({ signal: 'destination' }), step: 'deliver' },
    ]);
    expect(written(s3)).toEqual([]);
  });

  it('does not confirm itself, however often it comes', async () => {
    const { examiner, anExaminer, s3 } = theFailure();
    for (let n = 0; n < 3; n += 1) await examiner.examine(EXECUTION, [typeError()]);
    await anExaminer().examine(EXECUTION, [typeError({ requestId: 'another' })]);
    expect(written(s3)).toEqual([]);
  });

  it('is written down once, with what it said itself, and changes no verdict', async () => {
    const { examiner, anExaminer, s3 } = theFailure();
    await examiner.examine(EXECUTION, [typeError()]);
    const late = typeError({ signal: 'destination', kind: 'TIMEOUT', message: 'said by the queue', requestId: 'r-1' });
    await Promise.all([examiner.examine(EXECUTION, [late]), anExaminer().examine(EXECUTION, [late])]);
    await examiner.examine(EXECUTION, [typeError({ signal: 'destination', message: 'again' })]);
    expect(s3.json(STATE_STORAGE_BUCKET, DESTINATION)).toEqual({
      executionId: EXECUTION,
      step: 'payment',
      ...late.failure,
    });
    expect(s3.json(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'payment'))).toMatchObject({
      failure: { signal: 'log', kind: 'TYPE_ERROR' },
    });
    expect(s3.counts({ operation: 'PutObject', key: DESTINATION }).PutObject).toBeLessThanOrEqual(2);
  });

  it('confirms the failure of an attempt that was tried again, even when a later one succeeded', async () => {
    const { examiner, clock, s3, placeFact } = theFailure();
    await examiner.examine(EXECUTION, [{ step: 'payment', failure: aFailure({ signal: 'deadline' }) }]);
    await clock.advance(500);
    await examiner.examine(EXECUTION, []);
    placeFact(stepRecordKey(EXECUTION, 'payment'), { ...aSuccess('payment'), attempt: 2 });
    await examiner.examine(EXECUTION, [
      { step: 'payment', failure: aFailure({ signal: 'log' }) },
      { step: 'payment', failure: aFailure({ signal: 'log', attempt: 2 }) },
    ]);
    expect(written(s3)).toEqual([confirmationKey(EXECUTION, 'payment', 1, 'log')]);
  });

  it('is one of two that two monitors judged at once: the other one is the failure', async () => {
    const { anExaminer, s3 } = theFailure();
    await Promise.all(
      (['log', 'destination'] as const).map((signal) => anExaminer().examine(EXECUTION, [typeError({ signal })])),
    );
    const record = s3.json(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'payment')) as { failure: Failure };
    const other = record.failure.signal === 'log' ? 'destination' : 'log';
    expect(written(s3)).toEqual([confirmationKey(EXECUTION, 'payment', 1, other)]);
  });
});
