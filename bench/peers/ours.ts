import { measureWholeWay } from '../whole-way/measure-whole-way.ts';
import type { MeasuredRecovery } from '../whole-way/measured.ts';
import type { Contestant } from './contestant.ts';
import type { MeasuredFailures } from './measured.ts';

/** This product, measured by its own benchmark with the peers' loads. Payment fails because it is denied its objects. */
export const ours: Contestant = {
  name: 'ours',
  what: 'this product on the AWS on loopback: coordinator, monitor, and two functions of their own processes',
  isPeer: false,
  measureRound: async ({ loads, ...options }) => {
    const { success, fault } = await measureWholeWay(options, {
      warmUp: loads.warmUp,
      success: loads.success,
      hotItem: [],
      fault: loads.failure,
      declined: [],
    });
    return { success, failure: fault.map(toFailures) };
  },
};

function toFailures({ readableToRecoveredMs, failedToRecoveredMs, ...loop }: MeasuredRecovery): MeasuredFailures {
  return { ...loop, failedToCompensatedMs: failedToRecoveredMs, readableToCompensatedMs: readableToRecoveredMs };
}
