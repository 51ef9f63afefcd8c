import { audit } from '../../../../monitor/audit/audit.ts';
import type { Finding } from '../../../../monitor/audit/finding.ts';
import { Inspector } from '../../../../monitor/audit/inspector.ts';
import { Repairer, type Repaired } from '../../../../monitor/audit/repairer.ts';
import { walk } from '../../../../monitor/audit/walk.ts';
import type { RecoveryHandler } from '../../../../recovery/handler.ts';
import { Recovery } from '../../../../recovery/recovery.ts';
import { Attribution } from '../../../../monitor/attribution/attribution.ts';
import { Examiner } from '../../../../monitor/examination/examiner.ts';
import { Invoker } from '../../../../monitor/examination/invoker.ts';
import type { Execution } from '../../../../workflow/execution.ts';
import { orderKey } from '../../../../workflow/keys.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import { RecordingLogger } from '../../../support/recording-logger.ts';
import { RecordingMetrics } from '../../../support/recording-metrics.ts';
import { acceptingLambda, anOrder, DEFINITION, EXECUTION, STEP_FUNCTIONS, TIMING } from '../builders.ts';

export interface AnAuditOptions {
  readonly contradictions?: (execution: Execution) => Promise<readonly string[]>;
  /** What a handler's check finds, or throws, until it has undone. */
  readonly check?: () => Promise<unknown>;
  readonly waitMs?: number;
}

/** An audit of both buckets in memory, with handlers that remember what they undid. */
export function anAudit({ contradictions, check, waitMs = 60_000 }: AnAuditOptions = {}) {
  const clock = new FakeClock();
  const { s3, store } = memoryStores(new MemoryS3({ now: () => clock.now() }));
  const lambda = acceptingLambda();
  const undone: string[] = [];
  const handlers = ['confirm-order', 'payment'].map((step): RecoveryHandler => ({
    name: `undo-${step}`,
    step,
    undo: async () => undone.push(step),
    check: async () => ({ isUndone: undone.includes(step), state: (await check?.()) ?? { undone: [...undone] } }),
  }));
  const own = { store, definition: DEFINITION, clock, logger: new RecordingLogger(), metrics: new RecordingMetrics() };
  const random = () => 0;
  const functionOf = (step: string) => (STEP_FUNCTIONS as Record<string, { functionName: string }>)[step]?.functionName;
  const inspector = new Inspector({ ...own, timing: TIMING, handlers, ...(contradictions && { contradictions }) });
  const examiner = new Examiner({
    ...own,
    timing: TIMING,
    recovery: new Recovery({ ...own, handlers, random }),
    invoker: new Invoker({ ...own, client: lambda.client, functionOf }),
    attribution: new Attribution({ functionOf }),
    random,
    lookAgain: () => undefined,
  });
  const repairer = new Repairer({ examiner, inspector, clock, waitMs });
  const placeOrder = (executionId = EXECUTION) =>
    s3.place(APP_STORE_BUCKET, orderKey(executionId), anOrder({ executionId }));
  const placeFact = (key: string, body: unknown) => s3.place(STATE_STORAGE_BUCKET, key, body);
  const { signal } = new AbortController();

  /** Moves the clock whenever everything sleeps, until it is done. */
  async function run<T>(work: Promise<T>): Promise<T> {
    let isOver = false;
    const ended = work.finally(() => (isOver = true));
    // Met by whoever awaits the work.
    ended.catch(() => undefined);
    while (!isOver) {
      await Promise.race([ended.catch(() => undefined), clock.untilSleeping()]);
      if (!isOver) await clock.advance(100);
    }
    return work;
  }

  async function auditRange({ from = 0, to = 2e12, apply = false, isThorough = false } = {}) {
    const entries: { finding: Finding; repaired: Repaired | undefined }[] = [];
    const walked = walk({ ...own, timing: TIMING, inspector, isThorough }, { from, to }, signal);
    const onEntry = (finding: Finding, repaired: Repaired | undefined) => entries.push({ finding, repaired });
    const summary = await run(audit({ walked, repairer: apply ? repairer : undefined, clock, onEntry }, signal));
    return { summary, entries };
  }
  return { clock, s3, lambda, undone, inspector, repairer, run, signal, placeOrder, placeFact, auditRange };
}
