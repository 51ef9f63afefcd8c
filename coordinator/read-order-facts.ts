import pLimit from 'p-limit';
import { UnreadableObjectError } from '../storage/errors.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { executionPrefix, orderKey } from '../workflow/keys.ts';
import { isoInstant } from './instant.ts';
import type { FactRepresentation, OrderFacts } from './schemas/order-facts.ts';

export interface ReadOrderFactsCollaborators {
  readonly appStore: Pick<ObjectStore, 'bucket' | 'get'>;
  readonly stateStorage: Pick<ObjectStore, 'bucket' | 'get' | 'listPage'>;
}

/** Beside the order. An execution that goes wrong in every way that is known to us has fewer than fifty. */
const MAX_OBJECTS = 200;
/** Facts have a kilobyte or two. What is longer was not written by this system. */
const MAX_BODY_CHARACTERS = 64 * 1024;
const CONCURRENT_READS = 16;

/**
 * The objects of an order as they lie in S3, whatever they hold: what a status is computed from, and what can be seen of an
 * order that is quarantined. `undefined` when there is no such order.
 * @throws StorageError when S3 refuses or cannot be reached.
 */
export async function readOrderFacts(
  { appStore, stateStorage }: ReadOrderFactsCollaborators,
  orderId: string,
): Promise<OrderFacts | undefined> {
  const [order, listed] = await Promise.all([
    readFact('appStore', appStore, { key: orderKey(orderId) }),
    stateStorage.listPage(executionPrefix(orderId), undefined, MAX_OBJECTS + 1),
  ]);
  if (order === undefined) return undefined;
  const atMost = pLimit(CONCURRENT_READS);
  const shown = listed.objects.slice(0, MAX_OBJECTS);
  const facts = await Promise.all(shown.map((object) => atMost(() => readFact('stateStorage', stateStorage, object))));
  return {
    orderId,
    facts: [order, ...facts].filter((fact) => fact !== undefined),
    isComplete: listed.objects.length <= MAX_OBJECTS,
  };
}

async function readFact(
  store: FactRepresentation['store'],
  objects: Pick<ObjectStore, 'bucket' | 'get'>,
  { key, lastModifiedAt }: { readonly key: string; readonly lastModifiedAt?: number },
): Promise<FactRepresentation | undefined> {
  const { bucket } = objects;
  try {
    const found = await objects.get(key);
    if (found === undefined) return undefined;
    const fact = { store, bucket, key, lastModifiedAt: isoInstant(found.lastModifiedAt) };
    const characters = JSON.stringify(found.body).length;
    if (characters <= MAX_BODY_CHARACTERS) return { ...fact, body: found.body };
    return { ...fact, unreadable: `has ${characters} characters, more than the ${MAX_BODY_CHARACTERS} that are shown` };
  } catch (error) {
    if (!(error instanceof UnreadableObjectError)) throw error;
    const at = lastModifiedAt === undefined ? {} : { lastModifiedAt: isoInstant(lastModifiedAt) };
    return { store, bucket, key, ...at, unreadable: error.message };
  }
}
