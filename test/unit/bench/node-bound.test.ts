import { describe, expect, it } from 'vitest';
import { boundOf } from '../../../bench/control-node/node-bound.ts';

const use = (ordersPerSecond: number, cpuMsPerSecond: number) => ({ ordersPerSecond, cpuMsPerSecond });

describe('the bound of a process', () => {
  it('is where the line through what was measured reaches one whole processor', () => {
    const { idleMsPerSecond, cpuMsPerOrder, ordersPerSecond } = boundOf([use(10, 70), use(20, 120), use(40, 220)]);
    expect(idleMsPerSecond).toBeCloseTo(20);
    expect(cpuMsPerOrder).toBeCloseTo(5);
    expect(ordersPerSecond).toBeCloseTo(196);
  });

  it('takes the line that fits best where the points lie on none', () => {
    const { cpuMsPerOrder } = boundOf([use(10, 50), use(20, 110), use(30, 150)]);
    expect(cpuMsPerOrder).toBeCloseTo(5);
  });

  it('does not let a process take less than nothing when it is idle', () => {
    expect(boundOf([use(10, 10), use(20, 110)])).toMatchObject({ idleMsPerSecond: 0, ordersPerSecond: 100 });
  });

  it.each([
    ['one rate', [use(10, 50)]],
    ['the same rate twice', [use(10, 50), use(10, 60)]],
    ['orders that cost nothing', [use(10, 50), use(20, 50)]],
  ])('is not told of %s', (_, uses) => {
    expect(() => boundOf(uses)).toThrow(RangeError);
  });
});
