import { describe, expect, it } from 'vitest';
import type { LogOutage } from '../support/simulated-logs.ts';
import { SIMULATION_STARTS_AT } from '../support/simulated-run.ts';
import { simulate } from '../support/simulated-system.ts';
import { brokenInvariants, detections, healthyAttemptsGivenUp, wrongEndings } from '../support/simulated-verdicts.ts';
import { BAD_LOG, ordersFailing, seeds } from './conditions.ts';

const MINUTE_MS = 60_000;
const ORDERS = 700;
/** The orders take half an hour; the outage is in its middle. */
const SPACING_MS = 2_500;
const FROM = SIMULATION_STARTS_AT + 9 * MINUTE_MS;
const TO = FROM + 10 * MINUTE_MS;
const [SEED = 0] = seeds(1);

const KINDS: readonly (readonly [LogOutage['kind'], string])[] = [
  ['refuses', 'that refuses every call'],
  ['keeps-back', 'in which nothing new becomes visible'],
];

describe(`an outage of the log for ten minutes (SEED=${SEED})`, () => {
  it.each(KINDS)('causes no false recovery and loses no failure: one %s', async (kind) => {
    const orders = ordersFailing(0.2, ORDERS, SEED);
    const conditions = { ...BAD_LOG, outages: [{ kind, from: FROM, to: TO }] };
    const simulated = await simulate({ seed: SEED, orders, spacingMs: SPACING_MS, conditions });
    expect(wrongEndings(simulated, orders)).toEqual([]);
    expect(healthyAttemptsGivenUp(simulated, orders)).toEqual([]);
    expect(brokenInvariants(simulated)).toEqual([]);
    // Failures of the outage waited for their deadlines, those before and after it did not.
    const during = simulated.invocations.filter(
      ({ takenAt, fault }) => fault !== undefined && takenAt > FROM && takenAt < TO - 3 * MINUTE_MS,
    );
    expect(during.length).toBeGreaterThan(20);
    expect(detections(simulated).legible).toBeGreaterThan(40);
    if (kind === 'keeps-back') expect(detections(simulated).foundOtherwise).toEqual([]);
    // It said so while it could not see, and no longer.
    const saidAt = simulated.complaints.filter(({ sentences }) => sentences.length > 0).map(({ at }) => at);
    expect(saidAt.filter((at) => at > FROM && at < TO).length).toBeGreaterThan(30);
    // A single round that takes long among what was left over is said as well, and passes.
    expect(saidAt.filter((at) => at > TO + 3 * MINUTE_MS).length).toBeLessThan(5);
    expect(simulated.complaints.at(-1)?.sentences).toEqual([]);
  });
});
