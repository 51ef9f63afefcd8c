import { UnreadableObjectError } from '../storage/errors.ts';
import type { ObjectStore, StoredObject } from '../storage/object-store.ts';

/** An object, or `undefined` when there is none or it is no JSON, for readers to whom the two are the same. */
export async function getReadable(store: ObjectStore, key: string): Promise<StoredObject | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    if (error instanceof UnreadableObjectError) return undefined;
    throw error;
  }
}
