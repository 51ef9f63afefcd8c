import type { Signal } from '../../workflow/failure.ts';

const NAMES: Readonly<Record<Signal, string>> = {
  function: 'the function itself',
  log: 'its log',
  destination: "Lambda's on-failure destination",
  invocation: "Lambda's answer to the monitor",
  deadline: 'silence until its deadline',
};

/** Who told of a failure, in words. */
export function signalName(signal: Signal): string {
  return NAMES[signal];
}
