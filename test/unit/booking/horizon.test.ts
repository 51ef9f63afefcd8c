import { expect, it } from 'vitest';
import { stageNamed } from '../../../bin/stages.ts';
import { LONGEST_FUNCTION_RUN_MS } from '../../../booking/horizon.ts';

it.each(['dev', 'prod', 'laptop'])(
  'no function of stage %s runs longer than the horizon of stock entries allows for',
  (name) => {
    for (const [step, timeoutMs] of Object.entries(stageNamed(name).stepTimeoutsMs)) {
      expect(timeoutMs, step).toBeLessThanOrEqual(LONGEST_FUNCTION_RUN_MS);
    }
  },
);
