import { describe, expect, it } from 'vitest';
import type { Item } from '../../../booking/item.ts';
import { ItemQuotes } from '../../../coordinator/item-quotes.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const anItem = (itemId: string): Item => ({ itemId, name: itemId, price: 1, currency: 'EUR', units: 1, revision: 1 });

function quotesOf(get: (itemId: string) => Promise<Item | undefined>) {
  const reads: string[] = [];
  const clock = new FakeClock();
  const items = {
    get: (itemId: string) => {
      reads.push(itemId);
      return get(itemId);
    },
  };
  return { reads, clock, quotes: new ItemQuotes({ items, clock }) };
}

describe('item quotes', () => {
  it('do not keep a read that failed', async () => {
    const { reads, quotes } = quotesOf(async () => {
      if (reads.length === 1) throw new Error('no storage');
      return anItem('a');
    });
    await expect(quotes.get('a')).rejects.toThrow('no storage');
    expect(await quotes.get('a')).toEqual(anItem('a'));
  });

  it('do not keep that an item is unknown', async () => {
    const { reads, quotes } = quotesOf(async () => undefined);
    await quotes.get('a');
    await quotes.get('a');
    expect(reads).toEqual(['a', 'a']);
  });

  it('share one read among all who ask meanwhile', async () => {
    const { reads, quotes } = quotesOf(async (itemId) => anItem(itemId));
    await Promise.all(Array.from({ length: 100 }, () => quotes.get('a')));
    expect(reads).toEqual(['a']);
  });

  it('are forgotten after a change, also while they are being read', async () => {
    let answer: (item: Item) => void = () => {};
    const { reads, quotes } = quotesOf(() => new Promise((resolve) => (answer = resolve)));
    const old = quotes.get('a');
    quotes.forget('a');
    answer(anItem('a'));
    await old;
    void quotes.get('a');
    expect(reads).toEqual(['a', 'a']);
  });

  it('keep a thousand items, and give up the one that was read first', async () => {
    const { reads, quotes } = quotesOf(async (itemId) => anItem(itemId));
    for (let index = 0; index <= 1000; index += 1) await quotes.get(`item-${index}`);
    reads.length = 0;
    await quotes.get('item-1');
    await quotes.get('item-0');
    expect(reads).toEqual(['item-0']);
  });
});
