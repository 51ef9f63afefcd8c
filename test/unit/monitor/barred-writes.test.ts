import { describe, expect, it } from 'vitest';
import { BarredWrites } from '../../../monitor/barred-writes.ts';
import { MONITOR_METRICS } from '../../../monitor/metric-names.ts';
import { barredKey, orderKey, recoveryKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { BarredRecord, OrderRecord, StepRecord } from '../../../workflow/records.ts';
import { APP_STORE_BUCKET, memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';
import { aFailure, anOrder, aSuccess, DEFINITION, EXECUTION, REQUEST } from './builders.ts';

const KEY = barredKey(EXECUTION, 'payment', 1);
const GIVEN_UP: StepRecord = {
  executionId: EXECUTION,
  step: 'payment',
  attempt: 1,
  endedAt: 1,
  status: 'FAILED',
  writtenBy: 'recovery',
  failure: aFailure(),
};

function barred(fields: Partial<BarredRecord> = {}): BarredRecord {
  return {
    executionId: EXECUTION,
    step: 'payment',
    attempt: 1,
    by: 'slot',
    write: 'payment-capture',
    requestId: REQUEST,
    barredAt: 1_767_225_600_000,
    eventId: 'event-1',
    ...fields,
  };
}

function theBarredWrites({
  order = anOrder(),
  record = GIVEN_UP,
}: { readonly order?: OrderRecord; readonly record?: StepRecord | null } = {}) {
  const { s3, store } = memoryStores();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), order);
  s3.place(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'confirm-order'), aSuccess('confirm-order'));
  if (record) s3.place(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'payment'), record);
  const aMonitors = () => new BarredWrites({ store, definition: DEFINITION, logger, metrics });
  const written = () => s3.keys(STATE_STORAGE_BUCKET).filter((key) => key.endsWith('.barred.json'));
  return { s3, logger, metrics, aMonitors, barredWrites: aMonitors(), written };
}

describe('a late write that was refused', () => {
  it('is written down with its attempt and counted, also when the execution has ended', async () => {
    const { barredWrites, s3, metrics, logger } = theBarredWrites();
    const recovered = { executionId: EXECUTION, failedStep: 'payment', recoveredAt: 2, actions: [] };
    s3.place(STATE_STORAGE_BUCKET, recoveryKey(EXECUTION), recovered);
    barredWrites.report(barred());
    await barredWrites.settled();
    expect(s3.json(STATE_STORAGE_BUCKET, KEY)).toEqual(barred());
    expect(metrics.total(MONITOR_METRICS.barredWrites)).toBe(1);
    expect(logger.events).toMatchObject([{ level: 'warn', message: 'late write barred' }]);
  });

  it('is written down and counted once, by however many monitors and however often its line is read', async () => {
    const { aMonitors, s3, metrics } = theBarredWrites();
    const monitors = [aMonitors(), aMonitors()];
    for (const monitor of monitors) {
      monitor.report(barred());
      monitor.report(barred({ requestId: 'of-another-invocation' }));
    }
    await Promise.all(monitors.map((monitor) => monitor.settled()));
    for (const monitor of monitors) monitor.report(barred({ by: 'record', write: 'step-record' }));
    await Promise.all(monitors.map((monitor) => monitor.settled()));
    expect(s3.json(STATE_STORAGE_BUCKET, KEY)).toMatchObject({ by: 'slot' });
    expect(metrics.total(MONITOR_METRICS.barredWrites)).toBe(1);
  });

  it.each([
    { what: 'nothing was given up', made: () => theBarredWrites({ record: aSuccess('payment') }), late: barred() },
    { what: 'nothing is recorded yet', made: () => theBarredWrites({ record: null }), late: barred() },
    { what: 'the attempt was never made', made: () => theBarredWrites(), late: barred({ attempt: 2 }) },
    { what: 'there is no such step', made: () => theBarredWrites(), late: barred({ step: 'deliver' }) },
    {
      what: 'there is no such order',
      made: () => theBarredWrites(),
      late: barred({ executionId: '01890000-0000-7000-8000-000000000009' }),
    },
    {
      what: 'the order is of another version',
      made: () => theBarredWrites({ order: anOrder({ workflow: { name: 'booking', version: 2 } }) }),
      late: barred(),
    },
  ])('is not believed when $what', async ({ made, late }) => {
    const { barredWrites, written, metrics } = made();
    barredWrites.report(late);
    await barredWrites.settled();
    expect(written()).toEqual([]);
    expect(metrics.total(MONITOR_METRICS.barredWrites)).toBe(0);
  });

  it.each(['unavailable', 'denied'] as const)('is given up, and said to be, when S3 is %s', async (fault) => {
    const { barredWrites, s3, logger, written } = theBarredWrites();
    s3.fail(fault, { operation: 'PutObject', key: KEY });
    barredWrites.report(barred());
    await barredWrites.settled();
    expect(written()).toEqual([]);
    expect(logger.events).toMatchObject([{ level: 'warn', message: 'late write not recorded' }]);
  });

  it('waits for none without end: the thousand and first is given up', async () => {
    const { barredWrites, logger } = theBarredWrites();
    for (let n = 0; n <= 1_000; n += 1) barredWrites.report(barred());
    expect(logger.events.map(({ message }) => message)).toEqual(['late write not recorded']);
    await barredWrites.settled();
  });
});
