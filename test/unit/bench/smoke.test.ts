import { describe, expect, it } from 'vitest';
import { compareCounts, toExpected } from '../../../bench/requests/compare-counts.ts';
import { byKind, KINDS, type MeasuredKind, type MeasuredSize } from '../../../bench/requests/measured.ts';
import { priceOrder } from '../../../bench/requests/price-order.ts';
import { judge, readExpected } from '../../../bench/smoke.ts';

const USUAL = { 'control-node PutObject order': 1, 'payment GetObject step-record': 1 };

function counted(
  success: Partial<Pick<MeasuredKind, 'requests' | 'invocations' | 'bytes'>> = {},
): MeasuredSize['kinds'] {
  const kind = (fields: typeof success): MeasuredKind => {
    const { requests = USUAL, invocations = 2, bytes = 1_000 } = fields;
    return { orders: 3, requests, invocations, bytes, usdPerMillion: priceOrder(requests, { invocations, bytes }) };
  };
  return byKind((name) => kind(name === 'success' ? success : {}));
}
const expected = toExpected(counted());

describe('counts that are held against what is committed', () => {
  it('say which of them grew from what to what, and how to accept it', () => {
    const requests = { ...USUAL, 'control-node PutObject order': 2 };
    const { hasGrown, text } = judge(expected, counted({ requests }));
    expect(hasGrown).toBe(true);
    expect(text).toContain('success: control-node PutObject order: 1 -> 2\n');
    expect(text).toContain('success: PUTs: 1 -> 2\n');
    expect(text).toContain('npm run bench -- --smoke --update');
  });

  it('grew by a call that was not there before', () => {
    const requests = { ...USUAL, 'control-node ListObjectsV2 facts': 1 };
    expect(compareCounts(expected, counted({ requests })).grown).toEqual([
      { what: 'success: control-node ListObjectsV2 facts', from: 0, to: 1 },
    ]);
  });

  it('may shrink, and say so', () => {
    const { hasGrown, text } = judge(expected, counted({ requests: { 'control-node PutObject order': 1 } }));
    expect(hasGrown).toBe(false);
    expect(text).toContain('success: payment GetObject step-record: 1 -> 0\n');
  });

  it('have logged as much when only digits of durations differ, and more beyond that', () => {
    expect(judge(expected, counted({ bytes: 1_020 })).hasGrown).toBe(false);
    expect(compareCounts(expected, counted({ bytes: 1_021 })).grown).toEqual([
      { what: 'success: bytes logged', from: 1_000, to: 1_021 },
    ]);
  });

  it('grew when a function runs once more', () => {
    expect(judge(expected, counted({ invocations: 3 })).text).toContain('success: invocations: 2 -> 3\n');
  });

  it('are the same, and say that too', () => {
    expect(judge(expected, counted())).toEqual({
      hasGrown: false,
      text: 'An order costs what bench/expected-counts.json says.\n',
    });
  });
});

describe('what is committed', () => {
  it('has at most three PUTs of orchestration for a successful order, and at most $17 for a million of them', () => {
    const { requests, invocations, bytes } = readExpected().success;
    const price = priceOrder(requests, { invocations, bytes });
    expect(price.orchestrationPuts).toBeLessThanOrEqual(3);
    expect(price.orchestration).toBeLessThanOrEqual(17);
  });

  it('has a price for every kind of order', () => {
    for (const kind of KINDS) {
      const { requests, invocations, bytes } = readExpected()[kind];
      expect(priceOrder(requests, { invocations, bytes }).together).toBeGreaterThan(20);
    }
  });
});
