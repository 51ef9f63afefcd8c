import { describe, expect, it } from 'vitest';
import { YOUNG_TRIGGER_MS } from '../../../booking/horizon.ts';
import { step, type StepResult } from '../../../lambdas/step.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import { stepRecordSchema } from '../../../workflow/records.ts';
import { stepLineSchema, type StepLine } from '../../../workflow/step-log.ts';
import { aTriggerEvent } from '../../support/a-trigger-event.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { APP_STORE_BUCKET, memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';

const ID = anExecutionId();
const RECORD = stepRecordKey(ID, 'confirm-order');
const TRIGGERED_AT = Date.UTC(2026, 0, 1);
/** What recovery writes when it gives the step up. */
const FENCE = {
  executionId: ID,
  step: 'confirm-order',
  attempt: 1,
  endedAt: TRIGGERED_AT,
  status: 'FAILED',
  writtenBy: 'recovery',
  failure: {
    kind: 'NO_EVIDENCE',
    error: 'NoEvidence',
    message: 'nothing says how it ended',
    signal: 'deadline',
    attempt: 1,
    detectedAt: TRIGGERED_AT,
  },
};
const SUCCEEDED: StepResult = { status: 'SUCCEEDED', output: { n: 1 } };

interface Invocation {
  readonly attempt?: number;
  readonly ageMs?: number;
}

/** A wrapped step whose logic is `run`, and one invocation of it. */
function aStep(run: () => Promise<StepResult>) {
  const { s3, store } = memoryStores();
  const lines: StepLine[] = [];
  let ran = 0;
  let now = TRIGGERED_AT;
  const handler = step(
    { name: 'confirm-order', store, clock: { now: () => now }, log: (line) => lines.push(line) },
    async () => {
      ran += 1;
      now += 40;
      return run();
    },
  );
  return {
    s3,
    lines,
    timesRun: () => ran,
    record: () => s3.json(STATE_STORAGE_BUCKET, RECORD),
    invoke: ({ attempt, ageMs = 1000 }: Invocation = {}) => {
      now = TRIGGERED_AT + ageMs;
      const event = aTriggerEvent(APP_STORE_BUCKET, orderKey(ID), {
        at: TRIGGERED_AT,
        ...(attempt !== undefined && { attempt }),
      });
      return handler(event, { awsRequestId: 'request-1', logStreamName: 'stream-1' });
    },
  };
}

const failing = (error: unknown) =>
  aStep(async () => {
    throw error;
  });

describe('a step whose logic throws', () => {
  it('throws the very same error, logs its name and message, and writes no record', async () => {
    const error = new TypeError("Cannot read properties of undefined (reading 'price')");
    const { invoke, lines, record } = failing(error);
    await expect(invoke()).rejects.toBe(error);
    expect(lines.at(-1)).toMatchObject({ outcome: 'FAILED', error: { name: 'TypeError', message: error.message } });
    expect(lines.at(-1)).not.toHaveProperty('error.retryable');
    expect(record()).toBeUndefined();
  });

  it('logs what is thrown without being an Error, as Lambda names it', async () => {
    const { invoke, lines } = failing('no such thing');
    await expect(invoke()).rejects.toBe('no such thing');
    expect(lines.at(-1)).toMatchObject({ error: { name: 'Error', message: 'no such thing' } });
  });

  it('cuts a long message, so that the line can always be read', async () => {
    const { invoke, lines } = failing(new Error('x'.repeat(100_000)));
    await expect(invoke()).rejects.toThrow();
    expect(stepLineSchema.safeParse(lines.at(-1)).success).toBe(true);
  });
});

describe('a step whose record cannot be written', () => {
  it.each([
    { fault: 'denied', name: 'AccessDenied', retryable: false },
    { fault: 'invalid-bucket-name', name: 'InvalidBucketName', retryable: false },
    { fault: 'no-such-bucket', name: 'NoSuchBucket', retryable: false },
    { fault: 'unavailable', name: 'SlowDown', retryable: true },
    { fault: 'refused', name: 'ECONNREFUSED', retryable: true },
  ] as const)('fails with $name, and says whether trying again may help', async ({ fault, name, retryable }) => {
    const { s3, invoke, lines } = aStep(async () => SUCCEEDED);
    s3.fail(fault, { operation: 'PutObject' });
    await expect(invoke()).rejects.toThrow(name);
    expect(lines.at(-1)).toMatchObject({ outcome: 'FAILED', error: { name, retryable } });
  });

  it('succeeds when the answer to its write was lost', async () => {
    const { s3, invoke, lines, record } = aStep(async () => SUCCEEDED);
    s3.fail('lost-response', { operation: 'PutObject' });
    await invoke();
    expect(lines.at(-1)).toMatchObject({ outcome: 'SUCCEEDED' });
    expect(record()).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('tries again when S3 answers with 409', async () => {
    const { s3, invoke, record } = aStep(async () => SUCCEEDED);
    s3.fail('conflict', { operation: 'PutObject', times: 2 });
    await invoke();
    expect(record()).toMatchObject({ status: 'SUCCEEDED' });
  });
});

describe('a step whose record is taken', () => {
  it('ends quietly, changes nothing and says that it was barred when recovery had given it up', async () => {
    const { s3, invoke, lines, record } = aStep(async () => SUCCEEDED);
    s3.place(STATE_STORAGE_BUCKET, RECORD, FENCE);
    await invoke();
    expect(lines.at(-1)).toMatchObject({ outcome: 'BARRED', barred: { by: 'record', write: 'step-record' } });
    expect(stepLineSchema.parse(lines.at(-1))).toEqual(lines.at(-1));
    expect(record()).toEqual(FENCE);
  });

  it.each([
    { what: 'another invocation rejected it', body: { ...FENCE, writtenBy: 'function' } },
    { what: 'the monitor found its result', body: { ...FENCE, writtenBy: 'monitor' } },
    { what: 'somebody wrote something else there', body: { status: 'FAILED' } },
  ])('is not barred, only too late, when $what', async ({ body }) => {
    const { s3, invoke, lines } = aStep(async () => SUCCEEDED);
    s3.place(STATE_STORAGE_BUCKET, RECORD, body);
    await invoke();
    expect(lines.at(-1)).toMatchObject({ outcome: 'SUPERSEDED' });
    expect(lines.at(-1)).not.toHaveProperty('barred');
  });

  it('ends quietly when its own duplicate wrote it', async () => {
    const { invoke, lines, record } = aStep(async () => SUCCEEDED);
    await invoke();
    const first = record();
    await invoke();
    expect(lines.map((line) => ('outcome' in line ? line.outcome : line.event))).toEqual([
      'step.started',
      'SUCCEEDED',
      'step.started',
      'SUPERSEDED',
    ]);
    expect(record()).toEqual(first);
  });

  it.each<Invocation>([{ attempt: 2 }, { ageMs: YOUNG_TRIGGER_MS + 1 }])(
    'does not run its logic when it may have ended long ago: %o',
    async (invocation) => {
      const { s3, invoke, lines, timesRun } = aStep(async () => SUCCEEDED);
      s3.place(STATE_STORAGE_BUCKET, RECORD, FENCE);
      await invoke(invocation);
      expect(timesRun()).toBe(0);
      // A duplicate: it was refused nothing, because it had come to nothing yet.
      expect(lines.at(-1)).toMatchObject({ outcome: 'SUPERSEDED' });
    },
  );

  it.each<Invocation>([{ attempt: 2 }, { ageMs: YOUNG_TRIGGER_MS + 1 }])(
    'runs its logic when nothing is recorded yet: %o',
    async (invocation) => {
      const { invoke, timesRun, record } = aStep(async () => SUCCEEDED);
      await invoke(invocation);
      expect(timesRun()).toBe(1);
      expect(record()).toMatchObject({ status: 'SUCCEEDED', attempt: invocation.attempt ?? 1 });
    },
  );

  it('does not read before it runs on a young first trigger', async () => {
    const { s3, invoke } = aStep(async () => SUCCEEDED);
    await invoke({ ageMs: YOUNG_TRIGGER_MS });
    expect(s3.counts()).toEqual({ PutObject: 1 });
  });
});

describe('a step that ends', () => {
  it('records a rejection as FAILED, on its own word, and returns normally', async () => {
    const { invoke, lines, record } = aStep(async () => ({
      status: 'REJECTED',
      error: 'SoldOut',
      message: 'none left',
    }));
    await invoke();
    expect(stepRecordSchema.parse(record())).toMatchObject({
      status: 'FAILED',
      writtenBy: 'function',
      failure: {
        kind: 'REJECTED',
        error: 'SoldOut',
        message: 'none left',
        signal: 'function',
        attempt: 1,
        requestId: 'request-1',
      },
    });
    expect(lines.at(-1)).toMatchObject({ outcome: 'REJECTED', error: { name: 'SoldOut', message: 'none left' } });
  });

  it('records a success with its output, attempt and times', async () => {
    const { invoke, record } = aStep(async () => SUCCEEDED);
    await invoke({ attempt: 3 });
    expect(stepRecordSchema.parse(record())).toEqual({
      executionId: ID,
      step: 'confirm-order',
      attempt: 3,
      requestId: 'request-1',
      startedAt: TRIGGERED_AT + 1000,
      endedAt: TRIGGERED_AT + 1040,
      writtenBy: 'function',
      status: 'SUCCEEDED',
      output: { n: 1 },
    });
  });

  it('writes no record when an earlier step failed', async () => {
    const { invoke, lines, record } = aStep(async () => ({ status: 'SKIPPED' }));
    await invoke();
    expect(record()).toBeUndefined();
    expect(lines.at(-1)).toMatchObject({ outcome: 'SKIPPED', durationMs: 40 });
  });

  it('writes no record when a closed slot refused its effect, and says which effect', async () => {
    const { invoke, lines, record } = aStep(async () => ({ status: 'BARRED', write: 'stock-hold' }));
    await invoke();
    expect(record()).toBeUndefined();
    expect(lines.at(-1)).toMatchObject({ outcome: 'BARRED', barred: { by: 'slot', write: 'stock-hold' } });
    expect(stepLineSchema.parse(lines.at(-1))).toEqual(lines.at(-1));
  });

  it('logs one start and one end line that the monitor can read', async () => {
    const { invoke, lines } = aStep(async () => SUCCEEDED);
    await invoke();
    expect(lines.map((line) => stepLineSchema.parse(line).event)).toEqual(['step.started', 'step.ended']);
    expect(lines[0]).toEqual({
      event: 'step.started',
      executionId: ID,
      step: 'confirm-order',
      attempt: 1,
      requestId: 'request-1',
      logStream: 'stream-1',
    });
  });
});

describe('an event that belongs to no execution', () => {
  it.each([
    {
      what: 'an object of another kind',
      event: aTriggerEvent(APP_STORE_BUCKET, 'items/seat.json'),
      message: /"items\/seat\.json" belongs to no execution/,
    },
    { what: 'no S3 event', event: { hello: 'world' }, message: /not an S3 notification/ },
  ])('is refused with what it is: $what', async ({ event, message }) => {
    const { store } = memoryStores();
    const lines: StepLine[] = [];
    const handler = step({ name: 'confirm-order', store, log: (line) => lines.push(line) }, async () => SUCCEEDED);
    await expect(handler(event, { awsRequestId: 'request-1', logStreamName: 'stream-1' })).rejects.toThrow(message);
    expect(lines).toEqual([]);
  });
});
