import pLimit from 'p-limit';
import type { Clock } from '../../platform/clock.ts';
import type { ExecutionStatus } from '../../workflow/execution.ts';
import type { Examiner } from '../examination/examiner.ts';
import type { Evidence, Finding, Inspected } from './finding.ts';
import type { Inspector } from './inspector.ts';

export interface RepairerOptions {
  readonly examiner: Pick<Examiner, 'examine'>;
  readonly inspector: Pick<Inspector, 'inspect'>;
  readonly clock: Clock;
  /** How long one execution is followed, from its first repair on. */
  readonly waitMs: number;
}

/** What became of a finding, read back after its repairs. */
export type Repaired = {
  readonly executionId: string;
  /** What has been written since the finding: by this audit, by functions, or by a monitor beside it. */
  readonly written: readonly Evidence[];
} & (
  | { readonly outcome: 'ended'; readonly status: ExecutionStatus }
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'left'; readonly finding: Finding; readonly why: string }
);

const LOOKS_SIDE_BY_SIDE = 16;
/** Between two looks at an execution whose function may be running. */
const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 5_000;

/**
 * Makes the repairs of a finding as a monitor would: the examiner reads the facts afresh and does what they call for, so
 * that it may stand beside any number of monitors. Then it waits for what functions make of it, and repairs on.
 */
export class Repairer {
  readonly #options: RepairerOptions;
  readonly #limit = pLimit(LOOKS_SIDE_BY_SIDE);

  constructor(options: RepairerOptions) {
    this.#options = options;
  }

  async repair(finding: Finding, signal: AbortSignal): Promise<Repaired> {
    const { clock, waitMs } = this.#options;
    const giveUpAt = clock.now() + waitMs;
    const known = new Set(finding.facts.map(({ object }) => object));
    let current = finding;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
      const hadRepairs = current.repairs.length > 0;
      const after = await this.#limit(() => this.#repairOnce(current));
      if ('error' in after) return left(current, known, `the repair failed: ${describe(after.error)}`);
      if (after.kind === 'gone') return { executionId: finding.executionId, outcome: 'gone', written: [] };
      if (after.kind === 'ended') {
        const written = newOf(after.facts, known);
        return { executionId: finding.executionId, outcome: 'ended', status: after.status, written };
      }
      current = after.finding;
      const { lookAgainAt } = current;
      if (current.repairs.length === 0 && (lookAgainAt === undefined || current.condition === 'held'))
        return left(current, known, 'it needs a person');
      // Only functions that run may end it before the monitor's next look.
      if (current.repairs.length === 0 && current.condition !== 'in-time' && (lookAgainAt ?? 0) > giveUpAt)
        return left(current, known, `it is tried again at ${new Date(lookAgainAt ?? 0).toISOString()}`);
      if (hadRepairs) pauseMs = FIRST_PAUSE_MS;
      const wakeAt = Math.min(clock.now() + pauseMs, lookAgainAt ?? Number.POSITIVE_INFINITY);
      if (Math.max(wakeAt, clock.now()) > giveUpAt) return left(current, known, 'it has not ended in time');
      await clock.sleep(Math.max(0, wakeAt - clock.now()), signal);
    }
  }

  async #repairOnce({ executionId, repairs }: Finding): Promise<Inspected | { readonly error: unknown }> {
    const { examiner, inspector } = this.#options;
    try {
      if (repairs.length > 0) await examiner.examine(executionId, []);
      return await inspector.inspect(executionId);
    } catch (error) {
      // What S3 or Lambda refused for one execution is told with it, and keeps no other from being repaired.
      return { error };
    }
  }
}

function left(finding: Finding, known: ReadonlySet<string>, why: string): Repaired {
  const { executionId, facts } = finding;
  return { executionId, outcome: 'left', finding, why, written: newOf(facts, known) };
}

function newOf(facts: readonly Evidence[], known: ReadonlySet<string>): readonly Evidence[] {
  return facts.filter(({ object }) => !known.has(object));
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
