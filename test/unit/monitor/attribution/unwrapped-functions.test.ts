import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { USUAL_RATES } from '../../../../monitor/queue/work-pace.ts';
import { Monitor } from '../../../../monitor/monitor.ts';
import type { WorkflowDefinition } from '../../../../workflow/definition.ts';
import { orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { PagedLogGroup } from '../log/a-paged-log-group.ts';
import {
  anOrder,
  aSuccess,
  DEFINITION,
  EXECUTION,
  PAYMENT_STREAM,
  REQUEST,
  reportLine,
  startLine,
  STEP_FUNCTIONS,
} from '../builders.ts';

const ADOPTED: WorkflowDefinition = {
  ...DEFINITION,
  steps: DEFINITION.steps.map((step) =>
    step.name === 'payment' ? { ...step, result: { store: 'appStore', key: 'receipts/{executionId}.txt' } } : step,
  ),
};

/** A payment that runs, and what its log says of it; gives what became of the step. */
async function recordAfter(definition: WorkflowDefinition, lines: readonly string[]): Promise<unknown> {
  const clock = new FakeClock();
  const { s3, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const group = new PagedLogGroup({ clock });
  const waits = (_command: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
    clock.sleep(20_000, abortSignal).then(() => ({}));
  const monitor = new Monitor({
    definition,
    handlers: [],
    store,
    logs: group.client,
    lambda: { send: waits } as unknown as LambdaClient,
    sqs: { send: waits } as unknown as SQSClient,
    failedEventsQueueUrl: 'https://sqs/1/failed',
    logGroup: 'steps',
    stepFunctions: STEP_FUNCTIONS,
    evidenceSlackMs: 120_000,
    horizonMs: 86_400_000,
    logPaceMs: 400,
    rates: USUAL_RATES,
    logQuotaPerSecond: 10,
    clock,
    logger: new RecordingLogger(),
    metrics: new RecordingMetrics(),
    random: () => 0.5,
  });
  const end = new AbortController();
  const running = monitor.run(end.signal);
  await clock.advance(1_000);
  s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder({ submittedAt: clock.now() }));
  s3.place(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'confirm-order'), aSuccess('confirm-order'));
  const events = lines.map((message, n) => ({ eventId: `line-${n}`, streamName: PAYMENT_STREAM, message }));
  group.add(events.map((event) => ({ ...event, timestamp: clock.now() })));
  await clock.advance(30_000);
  end.abort();
  await running;
  return s3.json(STATE_STORAGE_BUCKET, stepRecordKey(EXECUTION, 'payment'));
}

describe('a step line', () => {
  const lines = [startLine(), reportLine('\tStatus: error\tError Type: Runtime.ExitError', REQUEST)];

  it('fails the step whose wrapped function prints it', async () => {
    expect(await recordAfter(DEFINITION, lines)).toMatchObject({ status: 'FAILED', failure: { kind: 'PROCESS_EXIT' } });
  });

  it('is text in the log of a function whose step is proven by its result, also when it names its own stream', async () => {
    expect(await recordAfter(ADOPTED, lines)).toBeUndefined();
  });
});
