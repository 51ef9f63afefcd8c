import type { Failure } from '../../workflow/failure.ts';
import type { Repair } from './plan-look.ts';

/** A repair that is not made, in one line for people. `now`: milliseconds since the epoch. */
export function describeRepair(repair: Repair, now: number): string {
  switch (repair.kind) {
    case 'record-success': {
      const { step, place } = repair.result;
      return `record ${step} as SUCCEEDED, because its result ${place.key} is in the ${place.store}`;
    }
    case 'claim-attempt': {
      const pauseS = Math.max(0, repair.invokeAt - now) / 1000;
      return `claim attempt ${repair.attempt} of ${repair.step} and invoke its function ${pauseS.toFixed(1)} s later, because attempt ${repair.because.attempt} failed: ${describeFailure(repair.because)}`;
    }
    case 'invoke':
      return `invoke the function of ${repair.step} for attempt ${repair.attempt}, which is claimed`;
    case 'fail-step':
      return `record ${repair.step} as FAILED, and ${repair.isHeld ? 'hold it for a person' : 'recover'}: ${describeFailure(repair.failure)}`;
    case 'recover':
      return 'run the recovery handlers, read back what they did, and record the recovery';
  }
}

export function describeFailure({ kind, error, message, signal }: Failure): string {
  return `${kind}, seen by ${signal}: ${error}: ${message}`;
}
