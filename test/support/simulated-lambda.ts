import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Clock } from '../../platform/clock.ts';
import { parseFactKey } from '../../workflow/keys.ts';
import { readTriggerEvent } from '../../workflow/trigger-event.ts';
import { aTriggerEvent } from './a-trigger-event.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from './memory-s3.ts';
import { awsError, lostAnswer } from './simulated-errors.ts';
import type { Fault, StepName } from './simulated-faults.ts';
import { runInvocation, type Invocation } from './simulated-invocation.ts';
import type { Print } from './simulated-lines.ts';
import type { SimulatedLogs } from './simulated-logs.ts';
import type { SimulatedQueue } from './simulated-queue.ts';
import type { CreatedObject, SimulatedS3 } from './simulated-s3.ts';
import { randomHex, SimulatedSandboxes } from './simulated-sandboxes.ts';

export interface SimulatedLambdaOptions {
  readonly clock: Clock;
  readonly s3: SimulatedS3;
  readonly logs: SimulatedLogs;
  readonly timeoutMs: number;
  readonly workMs: (random: () => number) => number;
  readonly random: () => number;
  readonly faultOf: (taken: TakenEvent) => Fault | undefined;
  readonly isDeliveredTwice?: (executionId: string, step: StepName) => boolean;
  /** Where records of events go that Lambda gives up; nowhere if absent. */
  readonly destination?: SimulatedQueue | undefined;
  readonly printsOf?: (
    invocation: Pick<Invocation, 'executionId' | 'step'>,
    invocations: readonly Invocation[],
  ) => readonly Print[];
}

export interface TakenEvent {
  readonly step: StepName;
  readonly executionId: string;
  readonly attempt: number;
  readonly requestId: string;
  readonly event: object;
  /** The second delivery of one event. */
  readonly isTwin: boolean;
}

/** Of events that are delivered twice: S3 and Lambda promise at least once. */
const DUPLICATED = 0.01;
/** Of events that take long: "typically delivered in seconds but can sometimes take a minute" (S3's user guide). */
const SLOW = 0.01;
/** Of the monitor's calls: refused for the moment, and carried out without an answer. */
const REFUSED = 0.01;
const UNANSWERED = 0.01;

/** Lambda behind the client's `send` and behind S3's notifications: events, sandboxes, and functions that fail from a seed. */
export class SimulatedLambda {
  readonly client = { send: (command: unknown) => this.#send(command) } as unknown as LambdaClient;
  /** Every invocation, those whose event was lost included. */
  readonly invocations: Invocation[] = [];
  /** Executions of which Lambda refused an event that the monitor sent. */
  readonly refused = new Set<string>();
  readonly #options: SimulatedLambdaOptions;
  readonly #sandboxes: SimulatedSandboxes;
  #running = 0;

  constructor(options: SimulatedLambdaOptions) {
    this.#options = options;
    this.#sandboxes = new SimulatedSandboxes(options);
    options.s3.onCreated = (object) => this.#notify(object);
  }

  /** Events on their way and invocations under way. */
  get running(): number {
    return this.#running;
  }

  #notify({ bucket, key, at }: CreatedObject): void {
    const fact = parseFactKey(key);
    if (fact === undefined) return;
    const step =
      bucket === APP_STORE_BUCKET && fact.kind === 'order'
        ? 'confirm-order'
        : bucket === STATE_STORAGE_BUCKET && fact.kind === 'step-record' && fact.step === 'confirm-order'
          ? 'payment'
          : undefined;
    if (step === undefined) return;
    const { random } = this.#options;
    const { executionId } = fact;
    const isTwice = random() < DUPLICATED || this.#options.isDeliveredTwice?.(executionId, step) === true;
    for (const isTwin of isTwice ? [false, true] : [false]) {
      const event = aTriggerEvent(bucket, encodeURIComponent(key).replaceAll('%2F', '/'), { at });
      void this.#take({ step, executionId, attempt: 1, requestId: this.#newRequestId(), event, isTwin });
    }
  }

  async #send(command: unknown): Promise<unknown> {
    const { clock, random } = this.#options;
    if (!(command instanceof InvokeCommand)) throw awsError('UnknownOperationException', 400);
    await clock.sleep(20 + Math.floor(random() * 60));
    const { FunctionName, Payload } = command.input;
    if (typeof Payload !== 'string') throw new TypeError('this Lambda takes text only');
    const step: StepName = FunctionName === SimulatedSandboxes.functionNameOf('payment') ? 'payment' : 'confirm-order';
    const event = JSON.parse(Payload) as object;
    const { executionId, attempt } = readTriggerEvent(event);
    const luck = random();
    if (luck < REFUSED) {
      this.refused.add(executionId);
      throw awsError('TooManyRequestsException', 429);
    }
    const requestId = this.#newRequestId();
    void this.#take({ step, executionId, attempt, requestId, event, isTwin: false });
    if (luck > 1 - UNANSWERED) throw lostAnswer();
    return { StatusCode: 202, $metadata: { requestId, httpStatusCode: 202 } };
  }

  async #take(taken: TakenEvent): Promise<void> {
    const { clock, random, s3, logs, timeoutMs, workMs, faultOf, printsOf } = this.#options;
    const { step } = taken;
    const fault = faultOf(taken);
    const invocation: Invocation = {
      ...taken,
      fault,
      prints: printsOf?.(taken, this.invocations) ?? [],
      streamName: '',
      tiedAt: Infinity,
      failureSeenAt: Infinity,
      takenAt: clock.now(),
    };
    this.invocations.push(invocation);
    if (fault?.kind === 'event-lost') return;
    this.#running += 1;
    const slowMs = random() < SLOW ? 40_000 : 1_500;
    await clock.sleep(Math.floor(50 + random() * slowMs + (fault?.kind === 'event-late' ? fault.byMs : 0)));
    const write = (streamName: string, timestamp: number, line: string) => logs.write(streamName, timestamp, line);
    const world = { clock, s3, random, timeoutMs, workMs: () => workMs(random), write };
    const answer = await this.#sandboxes.using(step, (sandbox) => runInvocation(world, sandbox, invocation));
    this.#running -= 1;
    if (answer !== undefined) await this.#giveUp(taken, answer);
  }

  /** Without retries of Lambda's own an event is given up as soon as its function has failed. */
  async #giveUp({ step, requestId, event }: TakenEvent, answer: object): Promise<void> {
    const { clock, random, destination } = this.#options;
    if (destination === undefined) return;
    await clock.sleep(Math.floor(200 + random() * 3_000));
    const functionArn = `arn:aws:lambda:eu-central-1:123456789012:function:${SimulatedSandboxes.functionNameOf(step)}:$LATEST`;
    destination.put(
      JSON.stringify({
        version: '1.0',
        timestamp: new Date(clock.now()).toISOString(),
        requestContext: { requestId, functionArn, condition: 'RetriesExhausted', approximateInvokeCount: 1 },
        requestPayload: event,
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: answer,
      }),
    );
  }

  #newRequestId(): string {
    return [8, 4, 4, 4, 12].map((digits) => randomHex(digits, this.#options.random)).join('-');
  }
}
