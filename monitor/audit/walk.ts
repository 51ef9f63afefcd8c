import pLimit from 'p-limit';
import type { Clock } from '../../platform/clock.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import type { Timing } from '../../workflow/decisions.ts';
import { firstIdAt } from '../../workflow/execution-id.ts';
import { EXECUTIONS_PREFIX, executionPrefix, orderKey, ORDERS_PREFIX } from '../../workflow/keys.ts';
import { readExecutionEnd } from '../sweep/execution-end.ts';
import { joinListings, type JoinedExecution, type OrderlessFacts } from '../sweep/merge-join.ts';
import { suspect } from '../sweep/suspicion.ts';
import type { Finding, Inspected } from './finding.ts';
import type { Inspector } from './inspector.ts';

export interface WalkOptions {
  readonly store: ExecutionStore;
  readonly inspector: Inspector;
  readonly definition: WorkflowDefinition;
  readonly timing: Timing;
  readonly clock: Clock;
  /** Whether executions that have ended are read as well. */
  readonly isThorough: boolean;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Walked {
  readonly seen: number;
  readonly findings: readonly Finding[];
}

const READS_SIDE_BY_SIDE = 16;
const BATCH = 500;
/** Between two batches: an audit is a stranger beside functions and a monitor that live on the same S3. */
const PAUSE_MS = 200;

/**
 * The sweep's comparison over a range of orders, a batch after the other: of what listings and one read show to have ended
 * nothing more is asked. Holds one batch and a page of either listing, whatever the range.
 */
export async function* walk(options: WalkOptions, range: Range, signal: AbortSignal): AsyncGenerator<Walked, void> {
  const limit = pLimit(READS_SIDE_BY_SIDE);
  for await (const batch of batches(options.store, range)) {
    const inspected = await Promise.all(batch.map((joined) => limit(() => look(options, joined, signal))));
    const findings = inspected.flatMap((each) => (each?.kind === 'half-done' ? [each.finding] : []));
    yield { seen: batch.length, findings };
    await options.clock.sleep(PAUSE_MS, signal);
  }
}

async function look(
  { store, inspector, definition, timing, clock, isThorough }: WalkOptions,
  joined: JoinedExecution | OrderlessFacts,
  signal: AbortSignal,
): Promise<Inspected | undefined> {
  signal.throwIfAborted();
  if (!isThorough && joined.orderedAt !== undefined) {
    const suspicion = suspect(definition, joined, timing, clock.now());
    if (suspicion === 'ended') return undefined;
    if (suspicion === 'has-records' && (await readExecutionEnd(store, definition, joined.executionId)) !== undefined)
      return undefined;
  }
  return inspector.inspect(joined.executionId);
}

async function* batches(store: ExecutionStore, { from, to }: Range) {
  const after = firstIdAt(from);
  const end = firstIdAt(to);
  const orders = store.appStore.list(ORDERS_PREFIX, orderKey(after));
  const facts = store.stateStorage.list(EXECUTIONS_PREFIX, executionPrefix(after));
  let batch: (JoinedExecution | OrderlessFacts)[] = [];
  for await (const joined of joinListings(orders, facts)) {
    if (joined.executionId >= end) break;
    batch.push(joined);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
