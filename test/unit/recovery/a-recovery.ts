import type { RecoveryHandler } from '../../../recovery/handler.ts';
import { Recovery } from '../../../recovery/recovery.ts';
import { ExecutionStore } from '../../../storage/execution-store.ts';
import { nextActions } from '../../../workflow/decisions.ts';
import { foldExecution, type Execution } from '../../../workflow/execution.ts';
import type { Failure } from '../../../workflow/failure.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { OrderRecord, StepRecord } from '../../../workflow/records.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { APP_STORE_BUCKET, MemoryS3, memoryStores, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';
import { RecordingMetrics } from '../../support/recording-metrics.ts';
import { aFailedRecord, aFailure, anOrder, aSuccess, DEFINITION, TIMING } from '../monitor/builders.ts';

/** Moves by itself as soon as somebody sleeps. */
class SelfMovingClock extends FakeClock {
  override sleep(ms: number): Promise<void> {
    return this.advance(ms);
  }
}

export interface ARecoveryOptions {
  readonly handlers?: (stores: ReturnType<typeof memoryStores>) => readonly RecoveryHandler[];
  readonly order?: OrderRecord;
}

/** An order whose confirm-order succeeded, both buckets in memory, and as many monitors' recoveries as a test starts. */
export function aRecovery({ handlers = () => [], order = anOrder() }: ARecoveryOptions = {}) {
  const clock = new SelfMovingClock();
  const stores = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const { s3, appStore, stateStorage } = stores;
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const { executionId } = order;
  s3.place(APP_STORE_BUCKET, orderKey(executionId), order);
  s3.place(STATE_STORAGE_BUCKET, stepRecordKey(executionId, 'confirm-order'), aSuccess('confirm-order', executionId));
  const aMonitor = () => {
    // Of its own, because what a store remembers dies with its process.
    const store = new ExecutionStore({ appStore, stateStorage });
    const recovery = new Recovery({
      store,
      definition: DEFINITION,
      handlers: handlers(stores),
      clock,
      logger,
      metrics,
      random: () => 0.5,
    });
    const execution = async (): Promise<Execution> => {
      const facts = await store.read(executionId);
      if (facts === undefined) throw new Error(`there is no order ${executionId}`);
      return foldExecution(DEFINITION, facts);
    };
    const recoverOnce = async () => recovery.recover(await execution());
    /** Fails payment and recovers as often as it takes, waiting as the decisions say. */
    const recoverFully = async (failure: Failure = aFailure({ kind: 'TYPE_ERROR' })): Promise<Execution> => {
      for (let round = 0; round < 50; round += 1) {
        const current = await execution();
        if (current.failure === undefined) await recovery.failStep(executionId, 'payment', failure);
        const [action] = nextActions(await execution(), TIMING, clock.now());
        if (action?.kind === 'look-again') await clock.advance(action.at - clock.now());
        else if (action?.kind === 'recover') await recoverOnce();
        else return execution();
      }
      throw new Error('recovery did not end in 50 rounds');
    };
    return { store, recovery, execution, recoverOnce, recoverFully };
  };
  const placeStep = (record: StepRecord | string, step = 'payment') =>
    s3.place(STATE_STORAGE_BUCKET, stepRecordKey(executionId, step), record);
  const placeFailed = () => placeStep(aFailedRecord('payment', { kind: 'TYPE_ERROR' }, executionId));
  const fact = (key: string) => s3.json(STATE_STORAGE_BUCKET, key);
  const facts = () =>
    s3
      .keys(STATE_STORAGE_BUCKET, `executions/${executionId}/`)
      .map((key) => key.slice(`executions/${executionId}/`.length));
  return { ...aMonitor(), aMonitor, clock, s3, appStore, logger, metrics, placeStep, placeFailed, fact, facts };
}

export interface AHandlerOptions {
  readonly step?: string;
  readonly name?: string;
  readonly undo?: RecoveryHandler['undo'];
  readonly check?: RecoveryHandler['check'];
  /** Where it notes each time that it undoes. */
  readonly done?: string[];
}

/** A handler that succeeds unless it is told otherwise. */
export function aHandler({ step = 'payment', name = `undo-${step}`, done = [], ...behaviour }: AHandlerOptions = {}) {
  const handler: RecoveryHandler = {
    name,
    step,
    undo: async (input) => {
      done.push(name);
      return behaviour.undo === undefined ? 'before' : behaviour.undo(input);
    },
    check: async (input) =>
      behaviour.check === undefined ? { isUndone: true, state: 'after' } : behaviour.check(input),
  };
  return handler;
}
