import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { kindOfThrownError } from '../../../monitor/classifier/error-kinds.ts';
import { parseFactKey } from '../../../workflow/keys.ts';
import type { FailureKind } from '../../../workflow/failure.ts';
import type { StepLine } from '../../../workflow/step-log.ts';
import { readTriggerEvent } from '../../../workflow/trigger-event.ts';
import { aTriggerEvent } from '../../support/a-trigger-event.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { awsError, lostAnswer } from '../../support/simulated-errors.ts';
import type { FaultPoint, StepName } from '../../support/simulated-faults.ts';
import { randomHex } from '../../support/simulated-sandboxes.ts';
import { simulatedStep } from '../../support/simulated-step.ts';
import type { Protocol } from './protocol.ts';
import type { SignalDeliveries } from './signal-deliveries.ts';
import { SimulatedProcess, type Doom } from './simulated-process.ts';
import type { SteppedS3, Written } from './stepped-s3.ts';
import { elapse, type World } from './world.ts';

export interface SteppedLambdaOptions {
  readonly world: World;
  readonly s3: SteppedS3;
  readonly protocol: Protocol;
  readonly signals: SignalDeliveries;
  /** Told of each run as it begins. */
  readonly onRun: (event: Event) => void;
}

/** An event of a step, as often as Lambda runs it. */
export interface Event {
  readonly step: StepName;
  readonly executionId: string;
  readonly attempt: number;
  readonly requestId: string;
  readonly payload: object;
}

/** What is true of an event, whoever knows of it. */
export interface Truth extends Event {
  /** How its runs failed, and what kept it from running. */
  readonly failures: Set<FailureKind>;
}

export const TIMEOUT_MS = 10_000;
const USUAL_DELAY_MS = 1_500;
/** Late, but young enough to act without looking first; and so late that all may be over. */
const LATE_MS = 58_000;
const LATEST_MS = 220_000;
/** When Lambda gives up an event that it could not run. */
const GIVEN_UP_AFTER_MS = 60_000;
const FUNCTION_SKEW_MS = 2_000;
const FAULT_POINTS: readonly FaultPoint[] = ['before-effect', 'after-effect', 'after-record'];

/** S3's notifications and Lambda: the functions as they are deployed, each run a process of its own that may be killed. */
export class SteppedLambda {
  readonly truths: Truth[] = [];
  /** Attempts whose event Lambda refused. */
  readonly refusals = new Set<string>();
  readonly #options: SteppedLambdaOptions;
  #underWay = 0;
  #runs = 0;

  constructor(options: SteppedLambdaOptions) {
    this.#options = options;
  }

  /** Events on their way and functions that run. */
  get underWay(): number {
    return this.#underWay;
  }

  clientOf(process: SimulatedProcess): LambdaClient {
    return { send: (command: unknown) => this.#send(process, command) } as unknown as LambdaClient;
  }

  static functionNameOf(step: string): string {
    return `simulated-${step}`;
  }

  notify({ bucket, key }: Pick<Written, 'bucket' | 'key'>): void {
    const fact = parseFactKey(key);
    const step = fact && startedBy(bucket, fact);
    if (fact === undefined || step === undefined) return;
    const { scheduler, circumstances } = this.#options.world;
    const at = Math.floor(scheduler.now() / 1000) * 1000;
    const payload = aTriggerEvent(bucket, encodeURIComponent(key).replaceAll('%2F', '/'), { at });
    const notifications = circumstances.strikes('repeated-events') ? 2 : 1;
    for (let n = 0; n < notifications; n += 1) this.#take({ step, executionId: fact.executionId, attempt: 1, payload });
  }

  #send(process: SimulatedProcess, command: unknown): Promise<unknown> {
    if (!(command instanceof InvokeCommand)) throw awsError('UnknownOperationException', 400);
    const { Payload } = command.input;
    if (typeof Payload !== 'string') throw new TypeError('this Lambda takes text only');
    const payload = JSON.parse(Payload) as object;
    const { executionId, attempt } = readTriggerEvent(payload);
    const step = command.input.FunctionName === SteppedLambda.functionNameOf('payment') ? 'payment' : 'confirm-order';
    const taken = { step, executionId, attempt, payload } as const;
    const { circumstances, story } = this.#options.world;
    const tell = (what: string) => story.tell(process.name, () => `INVOKE ${nameOf(taken)} → ${what}`);
    return process.call(
      ({ resolve, reject }) => {
        if (!circumstances.strikes('refused-invocations')) {
          const requestId = this.#take(taken);
          tell('taken');
          resolve({ StatusCode: 202, $metadata: { requestId, httpStatusCode: 202 } });
        } else if (circumstances.random() < 0.5) {
          this.refusals.add(nameOf(taken));
          tell('refused');
          reject(awsError('TooManyRequestsException', 429));
        } else {
          this.#take(taken);
          tell('taken, answer lost');
          reject(lostAnswer());
        }
      },
      () => void this.#take(taken),
    );
  }

  /** Gives the request id: the same for every run of one event. */
  #take(taken: Omit<Event, 'requestId'>): string {
    const { circumstances, story } = this.#options.world;
    const requestId = [8, 4, 4, 4, 12].map((digits) => randomHex(digits, circumstances.random)).join('-');
    const truth: Truth = { ...taken, requestId, failures: new Set() };
    this.truths.push(truth);
    if (circumstances.strikes('lost-events')) {
      story.tell('lambda', () => `the event of ${nameOf(truth)} never starts anything`);
      if (circumstances.random() < 0.5) void this.#giveUp(truth);
      return requestId;
    }
    const runs = circumstances.strikes('repeated-events') ? 2 : 1;
    for (let n = 0; n < runs; n += 1) void this.#deliver(truth);
    return requestId;
  }

  async #giveUp(truth: Truth): Promise<void> {
    this.#underWay += 1;
    await elapse(this.#options.world, GIVEN_UP_AFTER_MS);
    this.#fail(truth, 'THROTTLED', 'destination');
    this.#underWay -= 1;
  }

  async #deliver(truth: Truth): Promise<void> {
    const { world } = this.#options;
    const { circumstances } = world;
    this.#underWay += 1;
    const lateMs = circumstances.strikes('late-events')
      ? circumstances.between(0, circumstances.pick([LATE_MS, LATE_MS, LATEST_MS]))
      : 0;
    await elapse(world, circumstances.between(20, USUAL_DELAY_MS) + lateMs);
    if (circumstances.strikes('failed-inits')) {
      world.story.tell('lambda', () => `${nameOf(truth)} could not be loaded`);
      this.#fail(truth, 'INIT_ERROR', 'destination');
      this.#underWay -= 1;
    } else this.#run(truth);
  }

  #run(truth: Truth): void {
    const { world, s3, protocol, onRun } = this.#options;
    const { scheduler, circumstances, story, outside } = world;
    this.#runs += 1;
    const process = new SimulatedProcess(world, {
      name: `${truth.step}#${this.#runs}`,
      role: 'function',
      skewMs: circumstances.strikes('wrong-clocks') ? circumstances.between(-FUNCTION_SKEW_MS, FUNCTION_SKEW_MS) : 0,
      doom: circumstances.strikes('function-deaths') ? this.#doom() : undefined,
      onDeath: () => {
        cancelTimeout();
        this.#underWay -= 1;
        this.#failLoudly(truth, scheduler.now() >= killedAt ? 'TIMEOUT' : 'PROCESS_EXIT');
      },
    });
    if (circumstances.strikes('slow-functions')) process.pace = 0.02;
    const killedAt = scheduler.now() + TIMEOUT_MS;
    const cancelTimeout = scheduler.at(killedAt, outside, () => process.kill('is killed at its timeout'));
    const strikesAt = circumstances.strikes('function-errors') ? circumstances.pick(FAULT_POINTS) : undefined;
    const error = circumstances.random() < 0.5 ? new TypeError('x is not a function') : unavailable();
    story.tell(process.name, () => `runs ${nameOf(truth)}`);
    onRun(truth);
    const handler = simulatedStep({
      name: truth.step,
      store: protocol.functionStore(s3.storesOf(process, protocol)),
      clock: protocol.functionClock(process.clock),
      log: (line) => this.#read(truth, process, line),
      begin: async () => undefined,
      strike: async (at) => {
        if (at === strikesAt) throw error;
      },
    });
    const end = () => {
      cancelTimeout();
      process.end();
      this.#underWay -= 1;
    };
    void handler(truth.payload, { awsRequestId: truth.requestId, logStreamName: process.name }).then(
      end,
      (thrown: unknown) => {
        end();
        const { name, retryable } = thrown as { readonly name: string; readonly retryable?: boolean };
        this.#fail(truth, kindOfThrownError(name, retryable), 'destination');
      },
    );
  }

  #doom(): Doom {
    const { circumstances } = this.#options.world;
    return { atCall: circumstances.between(1, 6), hangs: circumstances.random() < 0.5 };
  }

  /** What the function says in its log. */
  #read(truth: Truth, process: SimulatedProcess, line: StepLine): void {
    const { story } = this.#options.world;
    if (line.event !== 'step.ended') return;
    story.tell(process.name, () => `ends: ${line.outcome} ${line.error?.name ?? ''}`.trimEnd());
    if (line.outcome === 'REJECTED') this.#options.signals.rejected(truth.executionId);
    if (line.outcome === 'FAILED')
      this.#fail(truth, kindOfThrownError(line.error?.name ?? 'Error', line.error?.retryable), 'log');
  }

  /** A process that is gone leaves the platform's line in the log, and a record of its event. */
  #failLoudly(truth: Truth, kind: FailureKind): void {
    this.#fail(truth, kind, 'log');
    this.#fail(truth, kind, 'destination');
  }

  #fail(truth: Truth, kind: FailureKind, signal: 'log' | 'destination'): void {
    truth.failures.add(kind);
    this.#options.signals.failed({ ...truth, kind, signal });
  }
}

export function nameOf({ executionId, step, attempt }: Pick<Event, 'executionId' | 'step' | 'attempt'>): string {
  return `attempt ${attempt} of ${step} of ${executionId}`;
}

function startedBy(bucket: string, fact: NonNullable<ReturnType<typeof parseFactKey>>): StepName | undefined {
  if (bucket === APP_STORE_BUCKET && fact.kind === 'order') return 'confirm-order';
  const isConfirmation = fact.kind === 'step-record' && fact.step === 'confirm-order';
  return bucket === STATE_STORAGE_BUCKET && isConfirmation ? 'payment' : undefined;
}

function unavailable(): Error {
  return Object.assign(new Error('S3 is busy'), { name: 'SlowDown', retryable: true });
}
