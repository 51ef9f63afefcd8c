import type { Clock } from '../platform/clock.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { EXECUTIONS_PREFIX, ORDERS_PREFIX } from '../workflow/keys.ts';

export interface ReadinessOptions {
  readonly appStore: Pick<ObjectStore, 'bucket' | 'listPage'>;
  readonly stateStorage: Pick<ObjectStore, 'bucket' | 'listPage'>;
  readonly clock: Clock;
}

/** A bucket that takes longer is of no use to a waiting customer; load balancers give a health check 5 s. */
const BOUND_MS = 3000;

/** What keeps the coordinator from working, a sentence for each bucket; empty when it can. */
export async function checkReadiness({ appStore, stateStorage, clock }: ReadinessOptions): Promise<readonly string[]> {
  const complaints = await Promise.all([
    complaintOf('The app store', appStore, ORDERS_PREFIX, clock),
    complaintOf('The state storage', stateStorage, EXECUTIONS_PREFIX, clock),
  ]);
  return complaints.filter((complaint) => complaint !== undefined);
}

async function complaintOf(
  what: string,
  store: ReadinessOptions['appStore'],
  prefix: string,
  clock: Clock,
): Promise<string | undefined> {
  const timer = new AbortController();
  const tooLate = clock.sleep(BOUND_MS, timer.signal).then(
    () => `${what}, bucket ${store.bucket}, does not answer within ${BOUND_MS} ms.`,
    // Aborted below: the bucket answered.
    () => undefined,
  );
  const answer = store.listPage(prefix, undefined, 1).then(
    () => undefined,
    (error: unknown) => `${what} does not answer: ${error instanceof Error ? error.message : String(error)}.`,
  );
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    timer.abort();
  }
}
