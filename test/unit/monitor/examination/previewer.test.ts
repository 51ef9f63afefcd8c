import { describe, expect, it } from 'vitest';
import { Attribution } from '../../../../monitor/attribution/attribution.ts';
import { MONITOR_METRICS } from '../../../../monitor/metric-names.ts';
import { Previewer } from '../../../../monitor/examination/previewer.ts';
import { orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import {
  aFailedRecord,
  aFailure,
  anOrder,
  aSuccess,
  DEADLINE_MS,
  DEFINITION,
  EXECUTION,
  OTHER_EXECUTION,
  TIMING,
} from '../builders.ts';

const typeError = { step: 'payment', failure: aFailure({ kind: 'TYPE_ERROR', error: 'TypeError', message: 'no f' }) };

function thePreviewer() {
  const clock = new FakeClock();
  const { s3, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const looks: number[] = [];
  const previewer = new Previewer({
    store,
    definition: DEFINITION,
    timing: TIMING,
    attribution: new Attribution({ functionOf: () => undefined }),
    clock,
    logger,
    metrics,
    random: () => 0,
    lookAgain: (_executionId, at) => looks.push(at),
    evidenceFor: () => 'searched',
  });
  s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder());
  s3.place(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'confirm-order'), aSuccess('confirm-order'));
  const placePayment = (body: unknown) => s3.place(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'payment'), body);
  const said = () => logger.events.map(({ message, fields }) => [message, fields['repair'], fields['says']]);
  const written = () => s3.counts({ operation: 'PutObject' }).PutObject ?? 0;
  const withheld = () => metrics.total(MONITOR_METRICS.repairsWithheld);
  return { previewer, clock, s3, looks, placePayment, said, written, withheld };
}

describe('a monitor that only shows', () => {
  it('says what a report would lead to, once, and looks again in a minute', async () => {
    const { previewer, clock, looks, said, written, withheld } = thePreviewer();
    expect(await previewer.examine(EXECUTION, [typeError])).toBe('open');
    expect(await previewer.examine(EXECUTION, [typeError])).toBe('open');
    expect(said()).toEqual([
      [
        'repair withheld',
        'fail-step',
        'record payment as FAILED, and recover: TYPE_ERROR, seen by log: TypeError: no f',
      ],
    ]);
    expect({ written: written(), withheld: withheld(), looks }).toEqual({
      written: 0,
      withheld: 1,
      looks: [clock.now() + 60_000, clock.now() + 60_000],
    });
  });

  it('lets the first signal of a failure stand, as who acts does', async () => {
    const { previewer, clock, said } = thePreviewer();
    await previewer.examine(EXECUTION, [typeError]);
    await clock.advance(DEADLINE_MS);
    await previewer.examine(EXECUTION, []);
    expect(said().map(([, repair]) => repair)).toEqual(['fail-step']);
  });

  it('says what silence and a failed step lead to', async () => {
    const { previewer, clock, placePayment, said, written } = thePreviewer();
    await clock.advance(DEADLINE_MS);
    await previewer.examine(EXECUTION, []);
    placePayment(aFailedRecord('payment'));
    await previewer.examine(EXECUTION, []);
    expect(said().map(([, repair]) => repair)).toEqual(['claim-attempt', 'recover']);
    expect(written()).toBe(0);
  });

  it('says nothing of a report that is no news, and waits for the deadline', async () => {
    const { previewer, clock, looks, said } = thePreviewer();
    expect(await previewer.examine(EXECUTION, [{ step: 'confirm-order', failure: aFailure() }])).toBe('open');
    expect(said()).toEqual([]);
    expect(looks).toEqual([clock.now() + DEADLINE_MS]);
  });

  it('sets nothing aside that it cannot read, and says so once', async () => {
    const { previewer, placePayment, said, written, withheld } = thePreviewer();
    placePayment('no JSON');
    expect(await previewer.examine(EXECUTION, [])).toBe('ended');
    expect(await previewer.examine(EXECUTION, [])).toBe('ended');
    expect(said()).toEqual([['repair withheld', 'quarantine', undefined]]);
    expect({ written: written(), withheld: withheld() }).toEqual({ written: 0, withheld: 1 });
  });

  it('has nothing to say of what has ended or is gone', async () => {
    const { previewer, placePayment, said } = thePreviewer();
    placePayment(aSuccess('payment'));
    expect(await previewer.examine(EXECUTION, [typeError])).toBe('ended');
    expect(await previewer.examine(OTHER_EXECUTION, [])).toBe('gone');
    expect(said()).toEqual([]);
  });

  it('has nothing to say of another workflow, and looks again in a minute', async () => {
    const { previewer, clock, s3, looks, said } = thePreviewer();
    s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder({ workflow: { name: 'other', version: 1 } }));
    expect(await previewer.examine(EXECUTION, [typeError])).toBe('not-ours');
    expect({ said: said(), looks }).toEqual({ said: [], looks: [clock.now() + 60_000] });
  });

  it('passes on that S3 does not answer', async () => {
    const { previewer, s3 } = thePreviewer();
    s3.fail('denied', { operation: 'ListObjectsV2' });
    await expect(previewer.examine(EXECUTION, [])).rejects.toMatchObject({ name: 'StorageDeniedError' });
  });
});
