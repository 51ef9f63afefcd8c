import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromSortable, toSortable } from '../../../local/s3/key-order.ts';
import { SortedKeys } from '../../../local/s3/sorted-keys.ts';

const key = fc
  .array(fc.constantFrom('a', 'é', '퟿', '\ue000', '\uffff', '😀', '𐀀', '\u{10ffff}'), { maxLength: 6 })
  .map((units) => units.join(''));

describe('sortable keys', () => {
  it('compare as the UTF-8 bytes of the keys do', () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        const bytes = Buffer.compare(Buffer.from(left), Buffer.from(right));
        const [l, r] = [toSortable(left), toSortable(right)];
        expect(l < r ? -1 : l > r ? 1 : 0).toBe(bytes);
      }),
    );
  });

  it('are turned back into the keys they came from, prefixes into prefixes', () => {
    fc.assert(
      fc.property(key, key, (left, right) => {
        expect(fromSortable(toSortable(left))).toBe(left);
        expect(toSortable(left + right).startsWith(toSortable(left))).toBe(true);
      }),
    );
  });
});

describe('sorted keys', () => {
  const walk = (keys: SortedKeys, before: (key: string) => boolean = () => false) => {
    const walked: string[] = [];
    for (const cursor = keys.seek(before); cursor.key !== undefined; cursor.advance()) walked.push(cursor.key);
    return walked;
  };

  it('hold what a set holds, in order, whatever is added and deleted', () => {
    const operation = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3000 }));
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 4000, minLength: 1500 }),
        fc.integer({ max: 3000 }),
        (operations, from) => {
          const keys = new SortedKeys();
          const expected = new Set<string>();
          for (const [isAdded, number] of operations) {
            const each = String(number);
            if (isAdded) keys.add(each);
            else keys.delete(each);
            if (isAdded) expected.add(each);
            else expected.delete(each);
          }
          expect(keys.size).toBe(expected.size);
          expect(walk(keys)).toEqual([...expected].sort());
          const start = String(from);
          expect(walk(keys, (each) => each < start)).toEqual([...expected].filter((each) => each >= start).sort());
        },
      ),
      { numRuns: 20 },
    );
  });

  it('take ascending, descending and middle keys beyond one chunk', () => {
    for (const order of [1, -1]) {
      const keys = new SortedKeys();
      const names = Array.from({ length: 3000 }, (_, index) => `k${String(index).padStart(5, '0')}`);
      for (const name of order === 1 ? names : [...names].reverse()) keys.add(name);
      expect(walk(keys)).toEqual(names);
    }
  });
});
