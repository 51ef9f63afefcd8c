import { YOUNG_TRIGGER_MS } from '../booking/horizon.ts';
import type { ExecutionStore } from '../storage/execution-store.ts';
import type { BarredWrite } from '../workflow/barred-write.ts';
import { clip, MAX_ERROR_MESSAGE, MAX_ERROR_NAME } from '../workflow/failure.ts';
import { stepRecordKey } from '../workflow/keys.ts';
import { stepRecordSchema, type StepRecord } from '../workflow/records.ts';
import { STEP_ENDED, STEP_STARTED, type StepEnded, type StepLine } from '../workflow/step-log.ts';
import { readTriggerEvent, type StepTrigger } from '../workflow/trigger-event.ts';
import { describeError } from './describe-error.ts';

/** How the logic of a step ends when it does not throw. Whatever it throws is a failure that the monitor judges. */
export type StepResult =
  | { readonly status: 'SUCCEEDED'; readonly output: unknown }
  /** The business says no: sold out, declined. */
  | { readonly status: 'REJECTED'; readonly error: string; readonly message: string }
  /** Recovery has closed the slot of the step's effect: the step was given up before. `write`: what the slot refused. */
  | { readonly status: 'BARRED'; readonly write: string }
  /** An earlier step failed. */
  | { readonly status: 'SKIPPED' };

export interface StepOptions {
  readonly name: string;
  readonly store: Pick<ExecutionStore, 'putStepRecord' | 'stateStorage'>;
  readonly clock?: { now(): number };
  readonly log?: (line: StepLine) => void;
}

/** The part of Lambda's context that is used. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly logStreamName: string;
}

type EndLine = Pick<StepEnded, 'outcome' | 'error' | 'barred'>;

/**
 * Makes a Lambda handler of a step's logic: logs one line at the start and one at the end, and writes the step record
 * once. Where the record is taken it ends quietly and undoes nothing, because another invocation of the same execution may
 * own what it sees; the end line says whether it was a duplicate or came after recovery's fence. What the logic throws is logged and thrown on as it was.
 */
export function step(
  { name, store, clock = { now: () => Date.now() }, log = logLine }: StepOptions,
  run: (trigger: StepTrigger) => Promise<StepResult>,
) {
  return async (event: unknown, { awsRequestId: requestId, logStreamName }: InvocationContext): Promise<void> => {
    const startedAt = clock.now();
    const trigger = readTriggerEvent(event);
    const { executionId, attempt } = trigger;
    const identity = { executionId, step: name, attempt, requestId };
    log({ event: STEP_STARTED, ...identity, logStream: logStreamName });
    const logEnd = (end: EndLine) =>
      log({ event: STEP_ENDED, ...identity, ...end, durationMs: clock.now() - startedAt });
    try {
      if (
        mayHaveEnded(trigger, startedAt) &&
        (await store.stateStorage.get(stepRecordKey(executionId, name))) !== undefined
      ) {
        return logEnd({ outcome: 'SUPERSEDED' });
      }
      const result = await run(trigger);
      const record = toRecord(result, { ...identity, startedAt, endedAt: clock.now() });
      logEnd(await recordEnd(result, record, store));
    } catch (error) {
      logEnd({ outcome: 'FAILED', error: describeError(error) });
      throw error;
    }
  };
}

/** A late event or a retry may come when all is over and its traces are folded away: it looks before it acts. */
function mayHaveEnded({ attempt, triggeredAt }: StepTrigger, now: number): boolean {
  return attempt > 1 || now - triggeredAt > YOUNG_TRIGGER_MS;
}

async function recordEnd(
  result: StepResult,
  record: StepRecord | undefined,
  store: StepOptions['store'],
): Promise<EndLine> {
  if (result.status === 'BARRED') return barred({ by: 'slot', write: result.write });
  if (record === undefined) return { outcome: result.status };
  const put = await store.putStepRecord(record);
  if (put.outcome === 'already-written') {
    return isFence(put.existing.body) ? barred({ by: 'record', write: 'step-record' }) : { outcome: 'SUPERSEDED' };
  }
  if (result.status !== 'REJECTED') return { outcome: result.status };
  return {
    outcome: 'REJECTED',
    error: { name: clip(result.error, MAX_ERROR_NAME), message: clip(result.message, MAX_ERROR_MESSAGE) },
  };
}

function barred(write: BarredWrite): EndLine {
  return { outcome: 'BARRED', barred: write };
}

/** Recovery's own record gave the step up. Any other is that of another invocation, or on behalf of one. */
function isFence(record: unknown): boolean {
  return stepRecordSchema.safeParse(record).data?.writtenBy === 'recovery';
}

interface Identity {
  readonly executionId: string;
  readonly step: string;
  readonly attempt: number;
  readonly requestId: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

function toRecord(result: StepResult, identity: Identity): StepRecord | undefined {
  switch (result.status) {
    case 'SUCCEEDED':
      return { ...identity, writtenBy: 'function', status: 'SUCCEEDED', output: result.output };
    case 'REJECTED':
      return {
        ...identity,
        writtenBy: 'function',
        status: 'FAILED',
        failure: {
          kind: 'REJECTED',
          error: clip(result.error, MAX_ERROR_NAME),
          message: clip(result.message, MAX_ERROR_MESSAGE),
          signal: 'function',
          attempt: identity.attempt,
          detectedAt: identity.endedAt,
          requestId: identity.requestId,
        },
      };
    case 'BARRED':
    case 'SKIPPED':
      return undefined;
  }
}

/** Through the console, so that Lambda prefixes the line with the request's id and its level. */
function logLine(line: StepLine): void {
  // eslint-disable-next-line no-console -- a function's standard output is its log
  console.log(JSON.stringify(line));
}
