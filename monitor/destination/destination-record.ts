import * as z from 'zod/mini';
import { stepNamed, triggerOf, type WorkflowDefinition } from '../../workflow/definition.ts';
import { orderKey, stepRecordKey } from '../../workflow/keys.ts';
import { readTriggerEvent, type StepTrigger } from '../../workflow/trigger-event.ts';
import { failureOf } from './destination-failure.ts';
import type { StepFunctions } from '../environment.ts';
import { isRequestId, type ObservedFailure } from '../classifier/observation.ts';

/** What a record has to agree with before it counts. */
export interface RecordReading {
  readonly definition: WorkflowDefinition;
  readonly stepFunctions: StepFunctions;
  /** Bucket names. */
  readonly appStore: string;
  readonly stateStorage: string;
}

export type DestinationRecord =
  | {
      readonly kind: 'failed';
      readonly executionId: string;
      readonly step: string;
      readonly attempt: number;
      readonly requestId: string;
      /** When Lambda gave the event up, milliseconds since the epoch. */
      readonly gaveUpAt: number;
      readonly failure: ObservedFailure;
    }
  | { readonly kind: 'not-understood'; readonly why: Misunderstanding };

export type Misunderstanding =
  | 'not a record of a failed event'
  | 'not of a function of this workflow'
  | 'not an event that starts a step'
  | 'not the event that starts this step';

const recordSchema = z.object({
  timestamp: z.string(),
  requestContext: z.object({
    requestId: z.string().check(z.refine(isRequestId)),
    functionArn: z.string(),
    condition: z.string().check(
      z.minLength(1),
      z.maxLength(128),
      z.refine((condition) => condition !== 'Success'),
    ),
  }),
  requestPayload: z.unknown(),
  responseContext: z.optional(z.nullable(z.object({ statusCode: z.optional(z.number()) }))),
  responsePayload: z.optional(z.unknown()),
});

/** The name is the seventh part; what follows is the version or the alias. */
const FUNCTION_ARN = /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]{1,64})(?::[A-Za-z0-9$_-]{1,128})?$/;

/**
 * Reads what Lambda writes to an on-failure destination. A record counts for the execution whose object the original
 * event names, if it is the object that starts the step of the function in the record: whoever can put messages into the
 * queue can raise a suspicion, as a log line can, and the state storage judges. Anything else is not guessed at.
 * Source: Lambda developer guide, "Capturing records of Lambda asynchronous invocations".
 */
export function readDestinationRecord(body: string, reading: RecordReading): DestinationRecord {
  const record = recordSchema.safeParse(parse(body)).data;
  const gaveUpAt = Date.parse(record?.timestamp ?? '');
  if (record === undefined || Number.isNaN(gaveUpAt)) return notUnderstood('not a record of a failed event');

  const { requestId, functionArn, condition } = record.requestContext;
  const functionName = FUNCTION_ARN.exec(functionArn)?.[1];
  const steps = reading.definition.steps
    .map(({ name }) => name)
    .filter((step) => functionName !== undefined && reading.stepFunctions[step]?.functionName === functionName);
  if (steps.length === 0) return notUnderstood('not of a function of this workflow');

  const trigger = triggerIn(record.requestPayload);
  if (trigger === undefined) return notUnderstood('not an event that starts a step');
  const step = steps.find((candidate) => starts(trigger, candidate, reading));
  if (step === undefined) return notUnderstood('not the event that starts this step');

  const { executionId, attempt } = trigger;
  const { responseContext, responsePayload: response } = record;
  const failure = failureOf({ condition, statusCode: responseContext?.statusCode, response });
  return { kind: 'failed', executionId, step, attempt, requestId, gaveUpAt, failure };
}

/** SQS bounds a body at 1 MiB. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined; // Somebody's text: no record.
  }
}

function triggerIn(payload: unknown): StepTrigger | undefined {
  try {
    return readTriggerEvent(payload);
  } catch (error) {
    if (error instanceof TypeError) return undefined; // Its way to say that it is none.
    throw error;
  }
}

function starts({ executionId, bucket, key }: StepTrigger, step: string, reading: RecordReading): boolean {
  const trigger = triggerOf(stepNamed(reading.definition, step));
  return trigger.kind === 'order'
    ? bucket === reading.appStore && key === orderKey(executionId)
    : bucket === reading.stateStorage && key === stepRecordKey(executionId, trigger.step);
}

function notUnderstood(why: Misunderstanding): DestinationRecord {
  return { kind: 'not-understood', why };
}
