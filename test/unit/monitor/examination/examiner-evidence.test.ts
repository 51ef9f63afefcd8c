import { describe, expect, it } from 'vitest';
import { Attribution } from '../../../../monitor/attribution/attribution.ts';
import type { SilentAttempt } from '../../../../monitor/log/evidence-finder.ts';
import { Examiner } from '../../../../monitor/examination/examiner.ts';
import { Invoker } from '../../../../monitor/examination/invoker.ts';
import { Recovery } from '../../../../recovery/recovery.ts';
import { attemptClaimKey, orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import {
  acceptingLambda,
  aFailure,
  anOrder,
  aSuccess,
  DEADLINE_MS,
  DEFINITION,
  EXECUTION,
  STEP_FUNCTIONS,
  TIMING,
} from '../builders.ts';

function theExaminer(answer: 'searching' | 'searched') {
  const clock = new FakeClock();
  const { s3, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const own = { store, definition: DEFINITION, clock, logger: new RecordingLogger(), metrics: new RecordingMetrics() };
  const functionOf = (step: string) => (STEP_FUNCTIONS as Record<string, { functionName: string }>)[step]?.functionName;
  const asked: SilentAttempt[] = [];
  const looks: number[] = [];
  const examiner = new Examiner({
    ...own,
    timing: TIMING,
    recovery: new Recovery({ ...own, handlers: [], random: () => 0 }),
    invoker: new Invoker({ ...own, client: acceptingLambda().client, functionOf }),
    attribution: new Attribution({ functionOf }),
    random: () => 0,
    lookAgain: (_executionId, at) => looks.push(at),
    evidenceFor: (silent) => {
      asked.push(silent);
      return answer;
    },
  });
  s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder());
  s3.place(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'confirm-order'), aSuccess('confirm-order'));
  const claim = () => s3.json(STATE_STORAGE_BUCKET, attemptClaimKey(EXECUTION, 'payment', 2));
  return { examiner, clock, asked, looks, claim };
}

describe('an attempt that fell silent while nobody read the log', () => {
  it('is not judged while the log is searched for its reason, and looked at again in five seconds', async () => {
    const { examiner, clock, asked, looks, claim } = theExaminer('searching');
    const triggeredAt = clock.now();
    await clock.advance(DEADLINE_MS);
    expect(await examiner.examine(EXECUTION, [])).toBe('open');
    expect(asked).toEqual([{ executionId: EXECUTION, step: 'payment', attempt: 1, since: triggeredAt }]);
    expect(claim()).toBeUndefined();
    expect(looks).toEqual([clock.now() + 5_000]);
  });

  it('is judged by what the search finds, without another question', async () => {
    const { examiner, clock, asked, claim } = theExaminer('searching');
    await clock.advance(DEADLINE_MS);
    await examiner.examine(EXECUTION, [{ step: 'payment', failure: aFailure({ kind: 'TIMEOUT' }) }]);
    expect(claim()).toMatchObject({ because: { kind: 'TIMEOUT', signal: 'log' } });
    expect(asked).toEqual([]);
  });

  it('is given up at its deadline once the log has been searched in vain', async () => {
    const { examiner, clock, claim } = theExaminer('searched');
    await clock.advance(DEADLINE_MS);
    await examiner.examine(EXECUTION, []);
    expect(claim()).toMatchObject({ because: { kind: 'NO_EVIDENCE', signal: 'deadline' } });
  });
});
