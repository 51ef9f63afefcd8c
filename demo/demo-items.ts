import { randomBytes } from 'node:crypto';
import pLimit from 'p-limit';
import { DeleteObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ITEMS_PREFIX, STOCK_PREFIX } from '../booking/keys.ts';
import type { ObjectStore } from '../storage/object-store.ts';

/**
 * What the demo puts up for sale: each run has items of its own, so that what an earlier one sold does not count and nobody
 * else buys them. Orders, facts and payments expire as those of any customer do. Items and their stock never expire, so the
 * demo takes its own away again.
 */

const PREFIX = 'demo-';
const DEMO_ITEM = new RegExp(`^${PREFIX}[a-z0-9-]+-[0-9a-f]{8}$`);
const DELETED_TOGETHER = 16;

/** `name`: lower-case words with hyphens. Items that belong together may share the `runId` of `newRunId`. */
export function demoItemId(name: string, runId = newRunId()): string {
  return `${PREFIX}${name}-${runId}`;
}

export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** A person's item is never taken for the demo's only because it begins alike. */
export function isDemoItem(itemId: string): boolean {
  return DEMO_ITEM.test(itemId);
}

export interface RemoveItemsOptions {
  readonly appStore: Pick<ObjectStore, 'bucket' | 'list'>;
  readonly s3: S3Client;
}

/**
 * Removes the items of the demo, of whichever run. An order of a run that was killed may still be under way: recovery then closes
 * its slot in a stock document that it makes anew, and the next run finds that here.
 */
export async function removeDemoItems({ appStore, s3 }: RemoveItemsOptions): Promise<void> {
  const stock = await demoKeys(appStore, STOCK_PREFIX);
  const items = await demoKeys(appStore, ITEMS_PREFIX);
  const limit = pLimit(DELETED_TOGETHER);
  // An item whose stock is half gone must still be found: its own document goes last.
  for (const keys of [stock, items]) {
    await Promise.all(
      keys.map((Key) => limit(() => s3.send(new DeleteObjectCommand({ Bucket: appStore.bucket, Key })))),
    );
  }
}

async function demoKeys(appStore: RemoveItemsOptions['appStore'], prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of appStore.list(`${prefix}${PREFIX}`)) {
    const itemId = key.slice(prefix.length).split(/[/.]/)[0] ?? '';
    if (isDemoItem(itemId)) keys.push(key);
  }
  return keys;
}
