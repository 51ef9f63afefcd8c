import { failureKey, indexFailure } from '../../../workflow/failure-index.ts';
import { aFailure } from '../workflow/builders.ts';
import { anOrder, Facts, NOW, type TestCoordinator } from './a-coordinator.ts';
import { STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';

export interface SomeFailedOrdersOptions {
  readonly count?: number;
  /** When the first failure was detected; the others follow a second apart. */
  readonly at?: number;
  readonly orderedAt?: number;
  readonly isRecovered?: boolean;
  readonly redriveOf?: string;
}

/** Orders whose payment was denied, in the index as recovery enters them. */
export function someFailedOrders(
  { s3 }: Pick<TestCoordinator, 's3'>,
  { count = 5, at = NOW - 60_000, orderedAt = at - 1000, isRecovered = true, redriveOf }: SomeFailedOrdersOptions = {},
): readonly Facts[] {
  return Array.from({ length: count }, (_, n) => {
    const order = anOrder({ submittedAt: orderedAt, ...(redriveOf !== undefined && { redriveOf }) });
    const facts = new Facts(s3, order).succeed('confirm-order');
    const failure = aFailure({
      kind: 'ACCESS_DENIED',
      error: 'AccessDenied',
      message: `could not read order ${n + 1}`,
      detectedAt: at + n * 1000,
    });
    facts.fail('payment', failure);
    s3.place(STATE_STORAGE_BUCKET, failureKey(indexFailure(facts.id, 'payment', failure)), {});
    return isRecovered ? facts.recover() : facts;
  });
}

/** The id of the incident that begins with this order. */
export function incidentIdOf({ id }: Facts, at = NOW - 60_000): string {
  return indexFailure(id, 'payment', aFailure({ kind: 'ACCESS_DENIED', error: 'AccessDenied', detectedAt: at })).name;
}
