import { Attribution } from '../../../../monitor/attribution/attribution.ts';
import { Examiner } from '../../../../monitor/examination/examiner.ts';
import { Invoker } from '../../../../monitor/examination/invoker.ts';
import { Recovery } from '../../../../recovery/recovery.ts';
import { orderKey, stepRecordKey } from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { acceptingLambda, anOrder, aSuccess, DEFINITION, EXECUTION, STEP_FUNCTIONS, TIMING } from '../builders.ts';

/** Examiners, as many as a test wants, on both buckets in memory and a Lambda that takes everything. */
export function theExaminer({ definition = DEFINITION, invocationPauseMs = (): number => 0 } = {}) {
  const clock = new FakeClock();
  const stores = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const { s3, store } = stores;
  const lambda = acceptingLambda();
  const logger = new RecordingLogger();
  const metrics = new RecordingMetrics();
  const random = () => 0;
  const undone: string[] = [];
  const handler = (step: string) => ({
    name: `undo-${step}`,
    step,
    undo: async () => Promise.resolve(undone.push(step)),
    check: async () => Promise.resolve({ isUndone: true, state: 'undone' }),
  });
  const functionOf = (step: string) => (STEP_FUNCTIONS as Record<string, { functionName: string }>)[step]?.functionName;
  const looks: { executionId: string; at: number }[] = [];
  const anExaminer = () =>
    new Examiner({
      store,
      definition,
      timing: TIMING,
      recovery: new Recovery({
        store,
        definition,
        handlers: [handler('confirm-order'), handler('payment')],
        clock,
        logger,
        metrics,
        random,
      }),
      invoker: new Invoker({ client: lambda.client, store, definition, functionOf, clock }),
      attribution: new Attribution({ functionOf }),
      clock,
      logger,
      metrics,
      random,
      lookAgain: (executionId, at) => looks.push({ executionId, at }),
      invocationPauseMs,
    });
  const placeOrder = () => s3.place(APP_STORE_BUCKET, orderKey(EXECUTION), anOrder());
  const placeFact = (key: string, body: unknown) => s3.place(STATE_STORAGE_BUCKET, key, body);
  const placeConfirmed = () => {
    placeOrder();
    placeFact(stepRecordKey(EXECUTION, 'confirm-order'), aSuccess('confirm-order'));
  };
  return {
    examiner: anExaminer(),
    anExaminer,
    clock,
    s3,
    lambda,
    logger,
    metrics,
    looks,
    undone,
    placeOrder,
    placeConfirmed,
    placeFact,
  };
}
