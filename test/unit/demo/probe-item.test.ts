import { describe, expect, it } from 'vitest';
import { CannotBeginError } from '../../../laptop/cannot-begin-error.ts';
import type { Answer } from '../../../demo/orders-api.ts';
import { putProbeItem, requireApiOfStack } from '../../../demo/probe-item.ts';
import { ObjectStore } from '../../../storage/object-store.ts';
import { MemoryS3 } from '../../support/memory-s3.ts';

const ITEM = { itemId: 'demo-probe-1' };

function check(answer: Partial<Answer> | Error) {
  const requestOnce = async () => {
    if (answer instanceof Error) throw answer;
    return { status: 200, contentType: 'application/json', location: undefined, body: ITEM, ...answer };
  };
  const api = { url: 'http://127.0.0.1:8080', requestOnce };
  return requireApiOfStack({ api, probeItemId: ITEM.itemId, stackName: 'a-stack', howToReach: 'Type this.' });
}

describe('the API of a stack', () => {
  it.each<[string, Partial<Answer> | Error, RegExp]>([
    [
      'does not answer',
      Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } }),
      /8080 does not answer \(ECONNREFUSED\)\. Type this\.$/,
    ],
    ['cannot work', { status: 503, body: {} }, /not able to work: it answers 503/],
    ['does not know the item', { status: 404, body: {} }, /does not belong to stack a-stack/],
    ['is something else that likes every path', { body: '<!doctype html>' }, /does not belong to stack a-stack/],
    ['tells of another item', { body: { itemId: 'other' } }, /does not belong to stack a-stack/],
  ])('is none that %s', async (_what, answer, message) => {
    await expect(check(answer)).rejects.toThrow(CannotBeginError);
    await expect(check(answer)).rejects.toThrow(message);
  });

  it('knows an item that was put into the app store past it', async () => {
    await expect(check({})).resolves.toBeUndefined();
  });
});

it('puts an item with units for sale into the app store', async () => {
  const s3 = new MemoryS3();
  const itemId = await putProbeItem(new ObjectStore({ client: s3.client, bucket: 'app-store' }));
  expect(s3.json('app-store', `items/${itemId}.json`)).toMatchObject({ itemId, units: 10_000 });
});
