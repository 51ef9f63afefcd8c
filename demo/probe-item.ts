import { ItemStore } from '../booking/item-store.ts';
import { CannotBeginError } from '../laptop/cannot-begin-error.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { demoItemId } from './demo-items.ts';
import type { Answer, OrdersApi } from './orders-api.ts';

/** A probe order takes one, and a run has far fewer probes. */
const UNITS = 10_000;

/**
 * Puts an item into the stack's app store past the API. Only the API of that same stack knows it afterwards, and an API
 * that belongs to another stack has been asked and not changed.
 */
export async function putProbeItem(appStore: ObjectStore): Promise<string> {
  const itemId = demoItemId('probe');
  const item = { itemId, name: 'Demo: probe', price: 100, currency: 'EUR', units: UNITS };
  const put = await new ItemStore({ objects: appStore }).put(item);
  if (put.outcome !== 'put') throw new Error(`item ${itemId} is new and yet ${put.used} units of it are used`);
  return itemId;
}

export interface ApiToCheck {
  readonly api: Pick<OrdersApi, 'url' | 'requestOnce'>;
  readonly probeItemId: string;
  readonly stackName: string;
  /** What to type so that the API can be reached. */
  readonly howToReach: string;
}

/** @throws CannotBeginError when nobody answers, or somebody who does not know the item. */
export async function requireApiOfStack({ api, probeItemId, stackName, howToReach }: ApiToCheck): Promise<void> {
  let answer: Answer;
  try {
    answer = await api.requestOnce('GET', `/items/${probeItemId}`);
  } catch (error) {
    throw new CannotBeginError(`The API at ${api.url} does not answer (${reasonOf(error)}). ${howToReach}`, {
      cause: error,
    });
  }
  const { itemId } = (answer.body ?? {}) as { readonly itemId?: unknown };
  if (answer.status === 200 && itemId === probeItemId) return;
  if (answer.status >= 500) {
    throw new CannotBeginError(`The API at ${api.url} is not able to work: it answers ${answer.status}. ${howToReach}`);
  }
  throw new CannotBeginError(
    `The API at ${api.url} does not belong to stack ${stackName}: of an item in that stack's app store it knows nothing (it answers ${answer.status}). ${howToReach}`,
  );
}

/** What is wrong with a connection stands in the cause of what fetch throws. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { readonly cause?: { readonly code?: string; readonly message?: string } };
  return cause?.code ?? cause?.message ?? error.message;
}
