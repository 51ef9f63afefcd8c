import type { Conditions } from '../local/conditions.ts';

/** What AWS does to everybody now and then, and here all the time: late, lost and repeated events, refused and half-lost writes. */
export function roughConditions(seed: number): Conditions {
  return {
    seed,
    eventDelayMs: { min: 0, max: 50 },
    eventDuplicates: 0.05,
    eventLoss: 0.02,
    queueDuplicates: 0.05,
    logDelayMs: { min: 0, max: 400 },
    logLoss: 0.01,
    logDuplicates: 0.05,
    logEmptyPages: 0.05,
    writesRefused: 0.01,
    writeAnswersLost: 0.01,
  };
}
