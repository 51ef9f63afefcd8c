import { StockStore } from '../../../booking/stock-store.ts';
import type { Logger } from '../../../platform/logger.ts';
import type { Metrics } from '../../../platform/metrics.ts';
import { Attribution } from '../../../monitor/attribution/attribution.ts';
import { Doorbell } from '../../../monitor/doorbell.ts';
import { Examiner } from '../../../monitor/examination/examiner.ts';
import { ExecutionEnds } from '../../../monitor/sweep/execution-ends.ts';
import { ExecutionQueue, type Looked } from '../../../monitor/queue/execution-queue.ts';
import { Invoker } from '../../../monitor/examination/invoker.ts';
import { Schedule } from '../../../monitor/queue/schedule.ts';
import { StockHousekeeping } from '../../../monitor/stock-housekeeping.ts';
import { Sweep } from '../../../monitor/sweep/sweep.ts';
import { SweepProgressStore } from '../../../monitor/sweep/sweep-progress.ts';
import { WorkRecord } from '../../../monitor/work-record.ts';
import type { ExecutionStore } from '../../../storage/execution-store.ts';
import { ContentionError, StorageError } from '../../../storage/errors.ts';
import type { Timing } from '../../../workflow/decisions.ts';
import type { WorkflowDefinition } from '../../../workflow/definition.ts';
import { foldExecution } from '../../../workflow/execution.ts';
import type { Protocol } from './protocol.ts';
import type { Report } from './signal-deliveries.ts';
import type { SimulatedProcess } from './simulated-process.ts';
import { SteppedLambda, TIMEOUT_MS } from './stepped-lambda.ts';
import type { SteppedS3 } from './stepped-s3.ts';
import type { World } from './world.ts';

export interface MonitorProcessOptions {
  readonly world: World;
  readonly s3: SteppedS3;
  readonly lambda: SteppedLambda;
  readonly definition: WorkflowDefinition;
  readonly protocol: Protocol;
  readonly process: SimulatedProcess;
  readonly onDefect: (sentence: string) => void;
}

const LOOKS_SIDE_BY_SIDE = 16;
const MAX_WAITING = 10_000;
const AFTER_ERROR_MS = 1_000;
const HORIZON_MS = 29 * 86_400_000;
const NO_METRICS: Metrics = { count: () => undefined, duration: () => undefined, gauge: () => undefined };

/** What the monitor is made of (monitor/monitor.ts), without the readers of logs and queues: signals come as they are. */
export class MonitorProcess {
  readonly #world: World;
  readonly #process: SimulatedProcess;
  readonly #onDefect: (sentence: string) => void;
  readonly #definition: WorkflowDefinition;
  readonly #timing: Timing;
  readonly #queue: ExecutionQueue;
  readonly #schedule: Schedule;
  readonly #examiner: Examiner;
  readonly #sweep: Sweep;
  readonly #housekeeping: StockHousekeeping;
  readonly #doorbell: Doorbell;

  constructor({ world, s3, lambda, definition, protocol, process, onDefect }: MonitorProcessOptions) {
    this.#world = world;
    this.#process = process;
    this.#onDefect = onDefect;
    this.#definition = definition;
    const { clock } = process;
    const { evidenceSlackMs, random } = world.circumstances;
    const facts = (step: string) => ({ functionName: SteppedLambda.functionNameOf(step), timeoutMs: TIMEOUT_MS });
    const steps = Object.fromEntries(definition.steps.map(({ name }) => [name, facts(name)]));
    const functionOf = SteppedLambda.functionNameOf;
    this.#timing = { steps, evidenceSlackMs };
    const plain = s3.storesOf(process, protocol);
    const invoker = new Invoker({
      client: lambda.clientOf(process),
      store: plain,
      definition,
      functionOf,
      clock,
    });
    const store = protocol.monitorStore(plain, (executionId, step, attempt) =>
      invokeNow({ store: plain, definition, invoker }, executionId, step, attempt),
    );
    const logger = this.#logger();
    const shared = { store, definition, clock, logger, metrics: NO_METRICS, random };
    this.#queue = new ExecutionQueue({
      concurrency: LOOKS_SIDE_BY_SIDE,
      capacity: MAX_WAITING,
      metrics: NO_METRICS,
      examine: async (executionId, failures) => {
        const found = await this.#examiner.examine(executionId, failures);
        if (found === 'ended' || found === 'gone') this.#sweep.noteEnded(executionId);
      },
      onError: (executionId, error) => this.#onError(executionId, error),
    });
    this.#schedule = new Schedule({ clock, onDue: (executionId) => this.#queue.add(executionId) });
    const lookAgain = (executionId: string, at: number) => this.#lookAgain(executionId, at);
    this.#examiner = new Examiner({
      ...shared,
      timing: this.#timing,
      recovery: protocol.recovery({ ...shared, handlers: protocol.handlers(store.appStore) }),
      invoker,
      attribution: new Attribution({ functionOf }),
      lookAgain,
      evidenceFor: () => (world.circumstances.strikes('slow-evidence') ? 'searching' : 'searched'),
    });
    const ends = new ExecutionEnds({ store, definition });
    this.#sweep = new Sweep({
      ...shared,
      ends,
      progress: new SweepProgressStore(store.stateStorage),
      timing: this.#timing,
      horizonMs: HORIZON_MS,
      record: new WorkRecord(),
      onSuspect: (executionId) => this.#queue.add(executionId),
      isExpected: (executionId) => this.#queue.has(executionId) || this.#schedule.has(executionId),
    });
    this.#housekeeping = new StockHousekeeping({
      appStore: store.appStore,
      stock: new StockStore({ objects: store.appStore }),
      endOf: (executionId) => ends.of(executionId),
      clock: protocol.housekeepingClock(clock),
      logger,
      random,
    });
    this.#doorbell = new Doorbell({
      stateStorage: store.stateStorage,
      clock,
      logger,
      intervalMs: Sweep.intervalMs(definition, this.#timing),
      onRing: (executionId) => this.#queue.add(executionId),
    });
  }

  /** Works until its process dies. */
  start(): void {
    const { circumstances } = this.#world;
    const usualMs = Sweep.intervalMs(this.#definition, this.#timing);
    const sweepMs = () => circumstances.between(circumstances.strikes('early-sweeps') ? 1 : usualMs / 2, usualMs * 2);
    void this.#repeat('sweep', sweepMs, () =>
      circumstances.strikes('full-passes') ? this.fullPass() : this.#sweep.pass(),
    );
    void this.#repeat(
      'housekeeping',
      () => circumstances.between(2_000, circumstances.housekeepingMs),
      () => this.#housekeeping.pass(new AbortController().signal),
    );
    // Where nothing is held nobody rings.
    if (this.#definition.steps.some(({ onGivingUp }) => onGivingUp === 'hold'))
      void this.#repeat(
        'doorbell',
        () => circumstances.between(usualMs / 2, usualMs),
        () => this.#doorbell.listen(),
      );
  }

  /** As every thirty seconds. */
  async housekeep(): Promise<void> {
    await this.#once('housekeeping', () => this.#housekeeping.pass(new AbortController().signal));
  }

  /** As every six hours. */
  async fullPass(): Promise<void> {
    await this.#once('full pass', () => this.#sweep.fullPass(new AbortController().signal));
  }

  report({ executionId, step, ...said }: Report, evidenceAt: number): Promise<Looked> {
    const { kind, attempt, requestId, signal } = said;
    this.#world.story.tell(
      this.#process.name,
      () => `hears by ${signal}: attempt ${attempt} of ${step} of ${executionId} failed, ${kind}`,
    );
    return this.#queue.look(executionId, {
      step,
      failure: { kind, attempt, requestId, signal, error: kind, message: kind, detectedAt: this.#process.clock.now() },
      evidenceAt,
    });
  }

  look(executionId: string): void {
    this.#queue.add(executionId);
  }

  async #repeat(what: string, pauseMs: () => number, once: () => Promise<void>): Promise<void> {
    while (this.#process.isAlive) {
      await this.#process.clock.sleep(Math.round(pauseMs()));
      await this.#once(what, once);
    }
  }

  async #once(what: string, once: () => Promise<void>): Promise<void> {
    try {
      await once();
    } catch (error) {
      this.#judgeError(what, error);
    }
  }

  #lookAgain(executionId: string, at: number): void {
    const { scheduler } = this.#world;
    this.#schedule.lookAt(executionId, at);
    // The schedule's own ticks, where there is something to tick for.
    const inMs = Math.max(0, at - this.#process.clock.now()) + TICK_MS;
    scheduler.at(scheduler.now() + inMs, this.#process, () => this.#schedule.tick());
  }

  #onError(executionId: string, error: unknown): void {
    this.#judgeError(`look at ${executionId}`, error);
    this.#lookAgain(executionId, this.#process.clock.now() + AFTER_ERROR_MS);
  }

  /** What S3 and Lambda refuse is coped with; anything else is a mistake of ours. */
  #judgeError(what: string, error: unknown): void {
    const isTrouble =
      error instanceof StorageError || error instanceof ContentionError || (error as Error).name === 'TimeoutError';
    if (!isTrouble) this.#onDefect(`${this.#process.name}: ${what} failed: ${(error as Error).message}`);
    this.#world.story.tell(this.#process.name, () => `${what} failed: ${(error as Error).message}`);
  }

  #logger(): Logger {
    const tell = (message: string) => this.#world.story.tell(this.#process.name, () => `says: ${message}`);
    const logger: Logger = { debug: tell, info: tell, warn: tell, error: tell, child: () => logger };
    return logger;
  }
}

/** A slot of the schedule (monitor/queue/schedule.ts). */
const TICK_MS = 50;

async function invokeNow(
  {
    store,
    definition,
    invoker,
  }: { readonly store: ExecutionStore; readonly definition: WorkflowDefinition; readonly invoker: Invoker },
  executionId: string,
  step: string,
  attempt: number,
): Promise<unknown> {
  const facts = await store.read(executionId);
  return facts && invoker.invoke(foldExecution(definition, facts), step, attempt);
}
