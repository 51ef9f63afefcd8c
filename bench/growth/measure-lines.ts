import { perSecondOf } from '../classifier.ts';
import { growthOf } from './growth-of.ts';
import type { Growth } from './measured.ts';

const INVOCATIONS = [200, 2_000, 20_000];
const SECOND_US = 1_000_000;

/** Lines of Lambda's text format. */
export function measureLines(): readonly Growth[] {
  const points = INVOCATIONS.map((invocations) => {
    const { lines, classifiedPerSecond } = perSecondOf('TEXT', invocations);
    return { size: lines, value: SECOND_US / classifiedPerSecond };
  });
  return [growthOf('classifier, a line', 'us', points)];
}
