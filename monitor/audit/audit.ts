import type { Clock } from '../../platform/clock.ts';
import type { Condition, Finding } from './finding.ts';
import type { Repaired, Repairer } from './repairer.ts';
import type { Walked } from './walk.ts';

export interface AuditSummary {
  /** Executions in the range. */
  readonly seen: number;
  readonly halfDone: number;
  readonly conditions: Readonly<Partial<Record<Condition, number>>>;
  /** Of those, still half done after their repairs; all of them when none were made. */
  readonly left: number;
}

export interface AuditOptions {
  readonly walked: AsyncIterable<Walked>;
  /** Absent: nothing is repaired. */
  readonly repairer?: Pick<Repairer, 'repair'> | undefined;
  readonly clock: Clock;
  /** Told of each execution once: at once, or when it is known what became of it. */
  readonly onEntry: (finding: Finding, repaired: Repaired | undefined) => void;
}

/** Executions followed at once: what is further on in the range waits for them. */
const MAX_FOLLOWED = 500;
/** Between the first repairs of two executions: 20 of them a second, so that no audit is a burst to S3 or Lambda. */
const REPAIR_PAUSE_MS = 50;

/** Tells of everything that is half done, and repairs it if there is a repairer. */
export async function audit(
  { walked, repairer, clock, onEntry }: AuditOptions,
  signal: AbortSignal,
): Promise<AuditSummary> {
  const conditions: Partial<Record<Condition, number>> = {};
  const followed = new Set<Promise<void>>();
  let [seen, halfDone, left] = [0, 0, 0];
  const tell = (finding: Finding, repaired: Repaired | undefined) => {
    if (repaired === undefined || repaired.outcome === 'left') left += 1;
    onEntry(finding, repaired);
  };
  for await (const batch of walked) {
    seen += batch.seen;
    for (const finding of batch.findings) {
      halfDone += 1;
      conditions[finding.condition] = (conditions[finding.condition] ?? 0) + 1;
      if (repairer === undefined) {
        tell(finding, undefined);
        continue;
      }
      const following = repairer.repair(finding, signal).then((repaired) => {
        followed.delete(following);
        tell(finding, repaired);
      });
      // Its failure is met where it is waited for.
      following.catch(() => undefined);
      followed.add(following);
      await clock.sleep(REPAIR_PAUSE_MS, signal);
      if (followed.size >= MAX_FOLLOWED) await Promise.race(followed);
    }
  }
  await Promise.all(followed);
  return { seen, halfDone, conditions, left };
}
