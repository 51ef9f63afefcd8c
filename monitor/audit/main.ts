import { LambdaClient } from '@aws-sdk/client-lambda';
import { Ledger } from '../../booking/ledger.ts';
import { slotContradictions } from '../../booking/slot-contradictions.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { BOOKING } from '../../booking/workflow.ts';
import { systemClock } from '../../platform/clock.ts';
import { ConfigurationError } from '../../platform/configuration-error.ts';
import { createLogger } from '../../platform/logger.ts';
import { runToExit } from '../../platform/run-to-exit.ts';
import { runStartChecks } from '../../platform/start-checks.ts';
import { bookingHandlers } from '../../recovery/booking/handlers.ts';
import { Recovery } from '../../recovery/recovery.ts';
import { checkBucket } from '../../storage/check-bucket.ts';
import { StorageError } from '../../storage/errors.ts';
import { ExecutionStore } from '../../storage/execution-store.ts';
import { openBucket } from '../../storage/open-bucket.ts';
import { timingOf } from '../../workflow/decisions.ts';
import type { Execution } from '../../workflow/execution.ts';
import { EXECUTIONS_PREFIX, ORDERS_PREFIX } from '../../workflow/keys.ts';
import { Attribution } from '../attribution/attribution.ts';
import { Examiner } from '../examination/examiner.ts';
import { horizonMs } from '../sweep/horizon.ts';
import { Invoker } from '../examination/invoker.ts';
import { readMonitorEnvironment } from '../read-environment.ts';
import { requireRunnable } from '../require-runnable.ts';
import { WorkPace } from '../queue/work-pace.ts';
import { audit } from './audit.ts';
import { Inspector } from './inspector.ts';
import { JsonReport } from './json-report.ts';
import { parseOptions, USAGE, type AuditOptions } from './options.ts';
import { withinHorizon } from './range.ts';
import { Repairer } from './repairer.ts';
import { TextReport } from './text-report.ts';
import { UsageError } from './usage-error.ts';
import { walk } from './walk.ts';

/**
 * The audit, on the control node or wherever its environment is given. Standard output has the result, standard error
 * everything else. Exit codes: see USAGE.
 */

const SOMETHING_HALF_DONE = 1;
const NOT_DONE = 2;
const SHUTDOWN_MS = 10_000;
const TIMEOUTS = {
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    socketTimeout: 10_000,
  },
};

/** Metrics are the monitor's: what it counts is shipped from where it runs. */
const NO_METRICS = { count: () => undefined, duration: () => undefined, gauge: () => undefined };

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  let options: AuditOptions | 'help';
  try {
    options = parseOptions(args, systemClock.now());
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = NOT_DONE;
    return;
  }
  if (options === 'help') process.stdout.write(USAGE);
  else
    await runToExit({
      name: 'audit',
      closeTimeoutMs: SHUTDOWN_MS,
      // Interrupted, it lets the write under way end; what is not written is found by the next audit, or by the monitor.
      run: async (signal) => ((await run(options, signal)) ? 0 : SOMETHING_HALF_DONE),
      tellFailure: (error) => {
        process.stderr.write(`audit: ${complaintOf(error)}\n`);
        return NOT_DONE;
      },
      failureCode: NOT_DONE,
    });
}

/** Whether nothing is half done. */
async function run(options: AuditOptions, signal: AbortSignal): Promise<boolean> {
  const logger = createLogger({ name: 'audit', level: 'warn', destination: process.stderr });
  const environment = readMonitorEnvironment(process.env);
  const definition = BOOKING;
  const { STEP_FUNCTIONS: stepFunctions, STACK_NAME: stackName } = environment;
  requireRunnable(definition, stepFunctions);
  const clock = systemClock;
  const random = Math.random;
  const appStore = openBucket(environment.APP_STORE_BUCKET, TIMEOUTS);
  const stateStorage = openBucket(environment.STATE_STORAGE_BUCKET, TIMEOUTS);
  await runStartChecks(
    [
      () => checkBucket({ store: appStore, prefix: ORDERS_PREFIX, variable: 'APP_STORE_BUCKET' }),
      () => checkBucket({ store: stateStorage, prefix: EXECUTIONS_PREFIX, variable: 'STATE_STORAGE_BUCKET' }),
    ],
    { clock, logger },
  );
  const store = new ExecutionStore({ appStore, stateStorage });
  const timing = timingOf(definition, stepFunctions, environment.EVIDENCE_SLACK_MS);
  const pace = new WorkPace(clock, {
    looksPerSecond: environment.LOOKS_PER_SECOND,
    invocationsPerSecond: environment.INVOCATIONS_PER_SECOND,
  });
  const handlers = bookingHandlers({ appStore });
  const functionOf = (step: string) => stepFunctions[step]?.functionName;
  const stock = new StockStore({ objects: appStore });
  const payments = new Ledger({ objects: appStore });
  const contradictions = (execution: Execution) =>
    slotContradictions({ stock, payments, now: () => clock.now() }, execution);
  const inspector = new Inspector({
    store,
    definition,
    timing,
    handlers,
    clock,
    ...(options.slots && { contradictions }),
  });
  const examiner = new Examiner({
    store,
    definition,
    timing,
    recovery: new Recovery({ store, definition, handlers, clock, logger, metrics: NO_METRICS, random }),
    invoker: new Invoker({ client: new LambdaClient(TIMEOUTS), store, definition, functionOf, clock }),
    attribution: new Attribution({ functionOf }),
    clock,
    logger,
    metrics: NO_METRICS,
    random,
    // The inspector says when, from what it reads back.
    lookAgain: () => undefined,
    invocationPauseMs: () => pace.invocationPauseMs(),
  });
  const write = (text: string) => void process.stdout.write(text);
  const report = options.json ? new JsonReport(write) : new TextReport(write, () => clock.now());
  const { range, notice } = withinHorizon(options, horizonMs(environment.ORDER_RETENTION_DAYS), clock.now());
  report.begin({ stackName, from: options.from, to: options.to, apply: options.apply, notice });
  const summary =
    range === undefined
      ? { seen: 0, halfDone: 0, conditions: {}, left: 0 }
      : await audit(
          {
            walked: walk({ store, inspector, definition, timing, clock, isThorough: options.slots }, range, signal),
            repairer: options.apply ? new Repairer({ examiner, inspector, clock, waitMs: options.waitMs }) : undefined,
            clock,
            onEntry: (finding, repaired) => report.entry(finding, repaired),
          },
          signal,
        );
  report.end(summary);
  return summary.left === 0;
}

/** These say all there is to say; of anything else the stack is worth seeing. */
function complaintOf(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof StorageError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
