import { randomUUID } from 'node:crypto';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOOKING } from '../../../booking/workflow.ts';
import { awaitOrder } from '../../../demo/await-order.ts';
import type { Fault } from '../../../demo/faults/fault.ts';
import { LaptopTargets } from '../../../demo/laptop-targets.ts';
import { hasEnded, type OrderDocument } from '../../../demo/order-document.ts';
import { allHold, checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import type { Target } from '../../../demo/target.ts';
import type { System } from '../../../laptop/system-options.ts';
import { Monitor } from '../../../monitor/monitor.ts';
import { readMonitorEnvironment } from '../../../monitor/read-environment.ts';
import { USUAL_RATES } from '../../../monitor/queue/work-pace.ts';
import { bookingHandlers } from '../../../recovery/booking/handlers.ts';
import { RECOVERY_METRICS } from '../../../recovery/metric-names.ts';
import { ExecutionStore } from '../../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';

const ITEM = { itemId: 'sofa', name: 'A sofa', price: 90_000, currency: 'EUR', units: 100 };

/** The booking, whose payment a person wants to look at before anything is undone. */
const HOLDING: WorkflowDefinition = {
  ...BOOKING,
  steps: BOOKING.steps.map((step) => (step.name === 'payment' ? { ...step, onGivingUp: 'hold' } : step)),
};

let laptop: LaptopTargets;
let target: Target;
let system: System;
const closers: (() => Promise<void>)[] = [];

beforeAll(async () => {
  laptop = await LaptopTargets.create({ hostEnvironment: process.env, onExited: () => undefined });
  const opened = await laptop.open({
    count: 1,
    signal: new AbortController().signal,
    progress: { show: () => undefined, say: () => undefined, end: () => undefined },
  });
  [target] = opened.targets as [Target];
  [system] = laptop.systems as [System];
  await target.api.putItem(ITEM);
});

afterAll(async () => {
  for (const close of closers) await close();
  await laptop.close();
  await laptop.discard();
});

/** The monitor as its entry point makes it, with another workflow. @returns what ends it */
function startMonitor(definition: WorkflowDefinition, metrics: RecordingMetrics): () => Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = system.aws;
  const environment = readMonitorEnvironment({ ...system.controlNodeEnvironment, AWS_REGION: region });
  const configuration = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const clients = {
    logs: new CloudWatchLogsClient(configuration),
    lambda: new LambdaClient(configuration),
    sqs: new SQSClient({ ...configuration, useQueueUrlAsEndpoint: false }),
  };
  const monitor = new Monitor({
    definition,
    handlers: bookingHandlers(target.stores),
    store: new ExecutionStore(target.stores),
    ...clients,
    logGroup: environment.LOG_GROUP,
    failedEventsQueueUrl: environment.FAILED_EVENTS_QUEUE_URL,
    stepFunctions: environment.STEP_FUNCTIONS,
    evidenceSlackMs: environment.EVIDENCE_SLACK_MS,
    horizonMs: 86_400_000,
    logPaceMs: 100,
    logQuotaPerSecond: 10,
    rates: USUAL_RATES,
    clock: target.clock,
    logger: new RecordingLogger(),
    metrics,
    random: Math.random,
  });
  const stop = new AbortController();
  const running = monitor.run(stop.signal);
  return async () => {
    stop.abort(new Error('this monitor is not needed any more'));
    await running;
    for (const client of Object.values(clients)) client.destroy();
  };
}

function submit(paymentMethod = 'pm_card_visa'): Promise<string> {
  return target.api.submit({ itemId: ITEM.itemId, quantity: 1, paymentMethod }, randomUUID());
}

function until(executionId: string, isDue: (order: OrderDocument) => boolean): Promise<OrderDocument> {
  return awaitOrder({ target, executionId, isDue, firstLookMs: 50, longestLookMs: 250 });
}

it('an execution that is held waits for a person, whoever is started meanwhile', async () => {
  await system.monitor.stop();
  const metrics = new RecordingMetrics();
  const stop = startMonitor(HOLDING, metrics);
  closers.unshift(stop);

  const faults: readonly Fault[] = [{ kind: 'code', step: 'payment', build: 'type-error' }];
  await target.faults.inject(faults);
  const held = await submit();
  expect(await until(held, ({ status }) => status === 'HELD')).toMatchObject({
    steps: [{ status: 'SUCCEEDED' }, { name: 'payment', status: 'FAILED' }],
    failure: { step: 'payment', kind: 'TYPE_ERROR' },
    recovery: { failures: [] },
  });
  await target.faults.restore(faults);
  // A rejection is nothing to look at: it is undone under the same policy.
  const declined = await submit('pm_card_chargeDeclined');
  expect(await until(declined, hasEnded)).toMatchObject({ status: 'FAILED', failure: { kind: 'REJECTED' } });
  await stop();
  expect(metrics.total(RECOVERY_METRICS.executionsHeld)).toBe(1);

  // The product's own monitor, whose workflow knows no such policy, ends another order and leaves the held one as it is.
  await system.startMonitor('monitor-2');
  expect(await until(await submit('pm_card_chargeDeclined'), hasEnded)).toMatchObject({ status: 'FAILED' });
  expect(await target.api.read(held)).toMatchObject({ status: 'HELD', recovery: { failures: [] } });

  await target.api.requestRecovery(held);
  expect(await until(held, hasEnded)).toMatchObject({
    status: 'FAILED',
    recovery: {
      requests: [{ request: 1 }],
      actions: [
        { handler: 'cancel-payment' },
        { handler: 'close-stock-slot', before: { units: 1 }, after: { units: 0, isClosed: true } },
      ],
    },
  });
  const report = checkInvariants(await readState(target.stores));
  expect(allHold(report), JSON.stringify(report)).toBe(true);
});
