import { growthExponent } from '../growth-exponent.ts';
import type { Growth } from './measured.ts';

/** @throws RangeError for one size alone. */
export function growthOf(what: string, unit: string, points: Growth['points']): Growth {
  const rounded = points.map(({ size, value }) => ({ size, value: Math.round(value * 100) / 100 }));
  // What is nothing has no logarithm: 10 ms of processor time are the least that the system tells.
  if (rounded.some(({ value }) => value <= 0)) return { what, unit, points: rounded };
  return { what, unit, points: rounded, exponent: Math.round(growthExponent(rounded) * 100) / 100 };
}
