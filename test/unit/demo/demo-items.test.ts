import { beforeEach, describe, expect, it } from 'vitest';
import { demoItemId, isDemoItem, removeDemoItems } from '../../../demo/demo-items.ts';
import { putProbeItem } from '../../../demo/probe-item.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import { ITEM_ID_PATTERN, itemKey, stockShardKey } from '../../../booking/keys.ts';
import { ItemStore } from '../../../booking/item-store.ts';
import type { ObjectStore } from '../../../storage/object-store.ts';
import { APP_STORE_BUCKET, memoryStores, MemoryS3 } from '../../support/memory-s3.ts';

let s3: MemoryS3;
let appStore: ObjectStore;
beforeEach(() => {
  ({ s3, appStore } = memoryStores(new MemoryS3()));
});

const remove = () => removeDemoItems({ appStore, s3: s3.client });

function putItem(itemId: string) {
  return new ItemStore({ objects: appStore }).put({ itemId, name: 'Any', price: 1, currency: 'EUR', units: 16 });
}

describe('an item of the demo', () => {
  it.each(['probe', 'load-other-7', ...SCENARIOS.map(({ name }) => name)])('is known by its id: %s', (name) => {
    const itemId = demoItemId(name);
    expect(itemId).toMatch(ITEM_ID_PATTERN);
    expect(isDemoItem(itemId)).toBe(true);
  });

  it.each(['demo-ticket', 'demo-12345678', 'demo-ticket-1234567', 'demo-ticket-2026112z', 'my-demo-ticket-12345678'])(
    'is none that a person named: %s',
    (itemId) => expect(isDemoItem(itemId)).toBe(false),
  );
});

describe('taking away the items of the demo', () => {
  it('leaves neither items nor stock of it, and everything else', async () => {
    await putItem('demo-ticket');
    await putItem('concert-ticket');
    const others = s3.keys(APP_STORE_BUCKET);
    await putProbeItem(appStore);
    await putItem(demoItemId('success'));
    await remove();
    expect(s3.keys(APP_STORE_BUCKET)).toEqual(others);
  });

  it('goes on where an earlier one died: the item itself goes last', async () => {
    const itemId = await putProbeItem(appStore);
    s3.fail('refused', { operation: 'DeleteObject', skip: 3 });
    await expect(remove()).rejects.toThrow();
    expect(s3.keys(APP_STORE_BUCKET, 'items/')).toEqual([itemKey(itemId)]);
    await remove();
    expect(s3.keys(APP_STORE_BUCKET)).toEqual([]);
  });

  it('finds stock without an item: what recovery closed late', async () => {
    s3.place(APP_STORE_BUCKET, stockShardKey(demoItemId('throttled'), 3), {});
    await remove();
    expect(s3.keys(APP_STORE_BUCKET)).toEqual([]);
  });
});
