import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLocalAws } from '../../../local/local-aws.ts';
import { Monitor } from '../../../monitor/monitor.ts';
import { USUAL_RATES } from '../../../monitor/queue/work-pace.ts';
import { systemClock } from '../../../platform/clock.ts';
import type { RecoveryHandler } from '../../../recovery/handler.ts';
import { ExecutionStore } from '../../../storage/execution-store.ts';
import { ObjectStore } from '../../../storage/object-store.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import { foldExecution, hasEnded, type Execution } from '../../../workflow/execution.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';
import { needProgram } from '../../support/needed-program.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';
import { Clients } from '../local-aws/clients.ts';
import { writeAdoptedAssembly } from './adopted-assembly.ts';

/** Longer than the slow function sleeps, so that its result comes while the next attempt waits. */
const RETRY = { maxAttempts: 2, baseMs: 20_000, maxMs: 20_000 };

const SHOP: WorkflowDefinition = {
  name: 'shop',
  version: 1,
  steps: [
    {
      name: 'quote',
      retry: RETRY,
      result: { store: 'appStore', key: 'quotes/{executionId}.txt' },
      printsTriggerKey: true,
    },
    {
      name: 'receipt',
      after: 'quote',
      retry: RETRY,
      result: { store: 'appStore', key: 'receipts/{executionId}.txt' },
      printsTriggerKey: true,
    },
  ],
};

const IN_TIME = { timeout: 45_000, interval: 50 };
const EVIDENCE_SLACK_MS = 500;

let closers: (() => void | Promise<void>)[];
let clients: Clients;
let store: ExecutionStore;
let startMonitor: (receiptTimeoutMs?: number) => void;
let names: Readonly<Record<'appStore' | 'stateStorage' | 'logGroup' | 'queue' | 'quote' | 'receipt', string>>;

beforeEach(async (context) => {
  closers = [];
  needProgram(context, 'python3');
  const root = await mkdtemp(join(tmpdir(), 'adopted-functions-'));
  closers.unshift(() => rm(root, { recursive: true, force: true }));
  await writeAdoptedAssembly(join(root, 'assembly'));
  const aws = await startLocalAws({
    assemblyFolder: join(root, 'assembly'),
    stateFolder: join(root, 's'),
    fsync: false,
  });
  closers.unshift(() => aws.stop());
  clients = new Clients(aws);
  closers.unshift(() => clients.close());
  const { region, credentials, url: endpoint } = aws;
  const sqs = new SQSClient({ region, credentials, endpoint, useQueueUrlAsEndpoint: false });
  closers.unshift(() => sqs.destroy());
  const { Stacks } = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: 'demo' }));
  const [appStore = '', stateStorage = '', logGroup = '', queue = '', quote = '', receipt = ''] =
    Stacks?.[0]?.Outputs?.[0]?.OutputValue?.split('|') ?? [];
  names = { appStore, stateStorage, logGroup, queue, quote, receipt };
  store = new ExecutionStore({
    appStore: new ObjectStore({ client: clients.s3, bucket: appStore }),
    stateStorage: new ObjectStore({ client: clients.s3, bucket: stateStorage }),
  });
  startMonitor = (receiptTimeoutMs = 10_000) => {
    const monitor = new Monitor({
      definition: SHOP,
      handlers: [voidReceipt],
      store,
      logs: clients.logs,
      lambda: clients.lambda,
      sqs,
      failedEventsQueueUrl: queue,
      logGroup,
      stepFunctions: {
        quote: { functionName: quote, timeoutMs: 10_000 },
        receipt: { functionName: receipt, timeoutMs: receiptTimeoutMs },
      },
      evidenceSlackMs: EVIDENCE_SLACK_MS,
      horizonMs: 86_400_000,
      logPaceMs: 100,
      rates: USUAL_RATES,
      logQuotaPerSecond: 10,
      clock: systemClock,
      logger: new RecordingLogger(),
      metrics: new RecordingMetrics(),
      random: Math.random,
    });
    const stop = new AbortController();
    const running = monitor.run(stop.signal);
    closers.unshift(async () => {
      stop.abort(new Error('the test is over'));
      await running;
    });
  };
});
afterEach(async () => {
  for (const close of closers) await close();
});

/** A slot of its own beside the receipt: whoever reads receipts looks at it, whenever the function may write. */
const voidReceipt: RecoveryHandler = {
  name: 'void-receipt',
  step: 'receipt',
  undo: async ({ execution }) => store.appStore.putIfAbsent(`void-receipts/${execution.executionId}.json`, {}),
  check: async ({ execution }) => {
    const found = await store.appStore.head(`void-receipts/${execution.executionId}.json`);
    return { isUndone: found !== undefined, state: found ?? 'no slot' };
  },
};

async function order(wish: string): Promise<string> {
  const submittedAt = Date.now();
  const executionId = anExecutionId({ at: submittedAt });
  await store.putOrder({ executionId, workflow: { name: 'shop', version: 1 }, submittedAt, input: { wish } });
  return executionId;
}

async function ended(executionId: string): Promise<Execution> {
  return vi.waitFor(async () => {
    const facts = await store.read(executionId);
    const execution = facts && foldExecution(SHOP, facts);
    if (execution === undefined || !hasEnded(execution.status)) throw new Error(JSON.stringify(execution));
    return execution;
  }, IN_TIME);
}

async function receiptOf(executionId: string): Promise<string | undefined> {
  const Key = `receipts/${executionId}.txt`;
  const { Body } = await clients.s3.send(new GetObjectCommand({ Bucket: names.appStore, Key }));
  return Body?.transformToString();
}

describe('functions in Python that only print text and write what they make', () => {
  it('fail by what they print, and are recovered by handlers that trust no fence', async () => {
    startMonitor();
    const executionId = await order('the impossible');
    const execution = await ended(executionId);
    expect(execution).toMatchObject({
      status: 'FAILED',
      steps: [{ status: 'SUCCEEDED' }, { status: 'FAILED' }],
      failure: { step: 'receipt', kind: 'UNHANDLED_ERROR', error: 'ValueError', signal: 'log', attempt: 1 },
      recovery: { actions: [{ handler: 'void-receipt' }] },
    });
    await expect(receiptOf(executionId)).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('succeed by their results, one after the other', async () => {
    startMonitor();
    const executionId = await order('a chair');
    const execution = await ended(executionId);
    const output = (key: string) => ({ store: 'appStore', key, etag: expect.any(String) as string });
    expect(execution).toMatchObject({
      status: 'SUCCEEDED',
      steps: [
        { name: 'quote', status: 'SUCCEEDED', output: output(`quotes/${executionId}.txt`) },
        { name: 'receipt', status: 'SUCCEEDED', output: output(`receipts/${executionId}.txt`) },
      ],
    });
    expect(await receiptOf(executionId)).toBe('received with thanks: a chair');
  });

  it('succeed by a result that comes after they were given up, and are not invoked again', async () => {
    // Shorter than the function is deployed with and than it takes: it is given up while it runs.
    startMonitor(1000);
    const executionId = await order('patience');
    const execution = await ended(executionId);
    expect(execution).toMatchObject({
      status: 'SUCCEEDED',
      steps: [
        { status: 'SUCCEEDED' },
        { status: 'SUCCEEDED', attempts: [{ attempt: 1, failure: { kind: 'NO_EVIDENCE' } }, { attempt: 2 }] },
      ],
    });
    expect(execution.steps[1]?.attempts[1]).not.toHaveProperty('invokedAt');
    expect(await receiptOf(executionId)).toBe('received with thanks: patience');
  });
});
