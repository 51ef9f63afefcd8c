import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type { LogEvent } from '../../../monitor/classifier/log-event.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import type { Timing } from '../../../workflow/decisions.ts';
import type { Failure } from '../../../workflow/failure.ts';
import type { OrderRecord, StepRecord } from '../../../workflow/records.ts';

export const EXECUTION = '01890000-0000-7000-8000-000000000001';
export const OTHER_EXECUTION = '01890000-0000-7000-8000-000000000002';
export const REQUEST = '11111111-2222-3333-4444-555555555555';
export const OTHER_REQUEST = '99999999-2222-3333-4444-555555555555';
export const PAYMENT_STREAM = '2026/01/01/payment-function[$LATEST]0123456789abcdef0123456789abcdef';
export const CONFIRM_STREAM = '2026/01/01/confirm-function[$LATEST]0123456789abcdef0123456789abcdef';

export const DEFINITION: WorkflowDefinition = {
  name: 'booking',
  version: 1,
  steps: [
    { name: 'confirm-order', retry: { maxAttempts: 3, baseMs: 1000, maxMs: 10_000 } },
    { name: 'payment', after: 'confirm-order', retry: { maxAttempts: 3, baseMs: 1000, maxMs: 10_000 } },
  ],
};

export const STEP_FUNCTIONS = {
  'confirm-order': { functionName: 'confirm-function', timeoutMs: 3000 },
  payment: { functionName: 'payment-function', timeoutMs: 3000 },
};

export const TIMING: Timing = { steps: STEP_FUNCTIONS, evidenceSlackMs: 1000 };
/** A step's timeout, the slack, and the second that S3 cuts off its times. */
export const DEADLINE_MS = 5000;

let events = 0;

export function aLogEvent(message: string, event: Partial<LogEvent> = {}): LogEvent {
  events += 1;
  return {
    eventId: `event-${events}`,
    timestamp: 1_767_225_600_000 + events,
    streamName: PAYMENT_STREAM,
    message,
    ...event,
  };
}

/** What a function prints, with the prefix of Lambda's Node.js runtime. */
export function printed(text: string, requestId = REQUEST, level = 'INFO'): string {
  return `2026-01-01T00:00:00.000Z\t${requestId}\t${level}\t${text}\n`;
}

const identity = { executionId: EXECUTION, step: 'payment', attempt: 1, requestId: REQUEST };

export function startLine(line: object = {}, prefixRequestId?: string): string {
  const fields = { event: 'step.started', ...identity, logStream: PAYMENT_STREAM, ...line };
  return printed(JSON.stringify(fields), prefixRequestId ?? fields.requestId);
}

export function endLine(line: object = {}, prefixRequestId?: string): string {
  const fields = { event: 'step.ended', ...identity, outcome: 'SUCCEEDED', durationMs: 12, ...line };
  return printed(JSON.stringify(fields), prefixRequestId ?? fields.requestId);
}

export function reportLine(status = '', requestId = REQUEST): string {
  return `REPORT RequestId: ${requestId}\tDuration: 3000.00 ms\tBilled Duration: 3000 ms\tMemory Size: 256 MB\tMax Memory Used: 91 MB${status}\n`;
}

export function anOrder(order: Partial<OrderRecord> = {}): OrderRecord {
  return {
    executionId: EXECUTION,
    workflow: { name: 'booking', version: 1 },
    submittedAt: 1_767_225_600_000,
    input: { itemId: 'chair' },
    ...order,
  };
}

export function aFailure(failure: Partial<Failure> = {}): Failure {
  return {
    kind: 'TIMEOUT',
    error: 'Sandbox.Timedout',
    message: 'too slow',
    signal: 'log',
    attempt: 1,
    detectedAt: 1_767_225_600_000,
    ...failure,
  };
}

export function aSuccess(step: string, executionId = EXECUTION): StepRecord {
  return {
    executionId,
    step,
    attempt: 1,
    status: 'SUCCEEDED',
    endedAt: 1_767_225_601_000,
    writtenBy: 'function',
    output: {},
  };
}

export function aFailedRecord(step: string, failure: Partial<Failure> = {}, executionId = EXECUTION): StepRecord {
  return {
    executionId,
    step,
    attempt: 1,
    status: 'FAILED',
    endedAt: 1_767_225_601_000,
    writtenBy: 'function',
    failure: aFailure(failure),
  };
}

/** A Lambda that takes every event and remembers it. */
export function acceptingLambda() {
  const mock = mockClient(LambdaClient);
  let requests = 0;
  mock.on(InvokeCommand).callsFake(() => {
    requests += 1;
    return {
      StatusCode: 202,
      $metadata: { requestId: `00000000-0000-4000-8000-${String(requests).padStart(12, '0')}` },
    };
  });
  const invoked = () =>
    mock.commandCalls(InvokeCommand).map(({ args }) => ({
      functionName: args[0].input.FunctionName,
      type: args[0].input.InvocationType,
      payload: JSON.parse(args[0].input.Payload as unknown as string) as {
        attempt: number;
        Records: { s3: { object: { key: string } } }[];
      },
    }));
  return { mock, client: new LambdaClient({ region: 'us-east-1' }), invoked };
}

/** A log group that answers windows and quoted `?` terms from what it holds. */
export function aLogGroup(held: LogEvent[] = []) {
  const mock = mockClient(CloudWatchLogsClient);
  mock.on(FilterLogEventsCommand).callsFake((input: { startTime: number; filterPattern: string }) => {
    const terms = [...input.filterPattern.matchAll(/\?(?:"([^"]*)"|(\S+))/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const found = held.filter(
      (event) => event.timestamp >= input.startTime && terms.some((term) => event.message.includes(term)),
    );
    return { events: found.map(({ streamName, ...event }) => ({ ...event, logStreamName: streamName })) };
  });
  const windows = () => mock.commandCalls(FilterLogEventsCommand).map(({ args }) => args[0].input);
  return { mock, held, client: new CloudWatchLogsClient({ region: 'us-east-1' }), windows };
}
