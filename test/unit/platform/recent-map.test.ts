import { describe, expect, it } from 'vitest';
import { RecentMap } from '../../../platform/recent-map.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a map of what is recent', () => {
  it('holds at least half of its capacity of the latest, and never more than its capacity', () => {
    const map = new RecentMap<number, number>(10);
    for (const n of numbers(1_000)) {
      map.set(n, n);
      const held = numbers(n + 1).filter((each) => map.has(each));
      expect(held.length).toBeLessThanOrEqual(10);
      expect(held.slice(-Math.min(5, n + 1))).toEqual(numbers(n + 1).slice(-5));
    }
  });

  it('keeps what is set again and again, with its last value', () => {
    const map = new RecentMap<number, string>(10);
    for (const n of numbers(100)) {
      map.set(-1, `set ${n} times before`);
      map.set(n, '');
    }
    expect(map.get(-1)).toBe('set 99 times before');
    expect(map.get(0)).toBeUndefined();
  });

  it('has nothing of what was deleted, however long ago it was set', () => {
    const map = new RecentMap<number, number>(4);
    for (const n of [1, 2, 3]) map.set(n, n);
    for (const n of [1, 3]) map.delete(n);
    expect([1, 2, 3].map((n) => map.get(n))).toEqual([undefined, 2, undefined]);
  });
});
