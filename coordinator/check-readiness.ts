import type { Clock } from '../platform/clock.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { EXECUTIONS_PREFIX, ORDERS_PREFIX } from '../workflow/keys.ts';

export interface ReadinessOptions {
  readonly appStore: Pick<ObjectStore, 'listPage'>;
  readonly stateStorage: Pick<ObjectStore, 'listPage'>;
  readonly clock: Clock;
}

/** A bucket that takes longer is of no use to a waiting customer; load balancers give a health check 5 s. */
const BOUND_MS = 3000;

/** What keeps the coordinator from working, a sentence for each bucket; empty when it can. */
export async function checkReadiness({ appStore, stateStorage, clock }: ReadinessOptions): Promise<readonly string[]> {
  const complaints = await Promise.all([
    complaintOf('The app store', () => appStore.listPage(ORDERS_PREFIX, undefined, 1), clock),
    complaintOf('The state storage', () => stateStorage.listPage(EXECUTIONS_PREFIX, undefined, 1), clock),
  ]);
  return complaints.filter((complaint) => complaint !== undefined);
}

async function complaintOf(what: string, ask: () => Promise<unknown>, clock: Clock): Promise<string | undefined> {
  const timer = new AbortController();
  const tooLate = clock.sleep(BOUND_MS, timer.signal).then(
    () => `${what} does not answer within ${BOUND_MS} ms.`,
    // Aborted below: the bucket answered.
    () => undefined,
  );
  const answer = ask().then(
    () => undefined,
    (error: unknown) => `${what} does not answer: ${error instanceof Error ? error.message : String(error)}.`,
  );
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    timer.abort();
  }
}
