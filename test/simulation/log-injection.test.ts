import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../demo/load/seeded-random.ts';
import { aFailingFate, HEALTHY, type Fate } from '../support/simulated-faults.ts';
import type { Print } from '../support/simulated-lines.ts';
import type { Others, SimulatedOrder } from '../support/simulated-run.ts';
import { simulate } from '../support/simulated-system.ts';
import { brokenInvariants, healthyAttemptsGivenUp, wrongEndings } from '../support/simulated-verdicts.ts';
import { BAD_LOG, seeds } from './conditions.ts';
import {
  FAILURES_TOLD,
  forgedInvocations,
  hostileLines,
  hostileText,
  TIES_TOLD,
  type HostileText,
  type Victim,
} from './hostile-text.ts';

const HOSTILE = 1_000;
const VICTIMS = 500;
const VICTIMS_FAILING = 0.4;
const [SEED = 0] = seeds(1);

/** The victim's own end is what matters; the attacker's is what its own text makes of it. */
interface Attack {
  readonly texts: fc.Arbitrary<HostileText>;
  readonly through: readonly Print['through'][];
  /** Whom the text may name. Its own invocation never: nobody knows its request id and its stream before it runs. */
  readonly victimsAmong: (others: Others, random: () => number) => readonly Victim[];
}

/** Those who run now among them, the monitor's own retries too: as if ids and streams of others were no secret. */
const everybody = ({ invocations }: Others) => invocations.slice(-400).filter(({ prints }) => prints.length === 0);
/** Those whose ids may be known, because they are shown; and some that nobody has. */
const endedOrInvented = ({ invocations, hasEnded }: Others, random: () => number): readonly Victim[] => [
  ...Array.from({ length: 12 }, () => invocations[Math.floor(random() * invocations.length)])
    .filter((invocation) => invocation !== undefined)
    .filter(({ executionId, prints }) => prints.length === 0 && hasEnded(executionId)),
  ...INVENTED,
];
const INVENTED = [1, 2].map((n): Victim => ({
  executionId: `019b796d-d800-7000-8000-00000000000${n}`,
  step: n === 1 ? 'confirm-order' : 'payment',
  attempt: n,
  requestId: `99999999-9999-4999-8999-99999999999${n}`,
  streamName: `2026/01/01/simulated-payment[$LATEST]${String(n).repeat(32)}`,
}));

/** A victim or two, then an attacker or two, and so on: they share functions, sandboxes and streams. */
function ordersUnder({ texts, through, victimsAmong }: Attack) {
  const random = seededRandom(SEED, 'attack');
  const sampled = fc.sample(texts, { numRuns: HOSTILE, seed: SEED });
  const isAttacker: boolean[] = [];
  const attackers = sampled.map((text, n): SimulatedOrder => {
    const how = through[n % through.length] ?? 'console.log';
    return {
      fate: how === 'throw' ? THROWING : HEALTHY,
      prints: (others) => {
        const candidates = victimsAmong(others, random);
        const victims = [0, 1, 2].flatMap(() => candidates[Math.floor(random() * candidates.length)] ?? []);
        return [{ through: how, text: text(victims) }];
      },
    };
  });
  const orders: SimulatedOrder[] = [];
  while (orders.length < HOSTILE + VICTIMS) {
    const left = attackers.length - isAttacker.filter(Boolean).length;
    const takesAttacker = random() < left / (HOSTILE + VICTIMS - orders.length);
    isAttacker.push(takesAttacker);
    const victim = { fate: random() < VICTIMS_FAILING ? aFailingFate(random) : HEALTHY };
    orders.push(takesAttacker ? (attackers[attackers.length - left] ?? victim) : victim);
  }
  return { orders, isAttacker };
}

/** Whatever the text, who throws it has failed, and for good. */
const THROWING: Fate = {
  ...HEALTHY,
  step: 'confirm-order',
  fault: { kind: 'throws', at: 'before-effect', error: new Error('thrown') },
  failing: Number.MAX_SAFE_INTEGER,
};

/** Functions work for long and lines come soon: what a text says of somebody is read while that one still runs. */
const RACE = {
  workMs: (random: () => number) => 2_000 + random() * 6_000,
  conditions: {
    ...BAD_LOG,
    lagMs: (random: () => number) => (random() < 0.8 ? 50 + random() * 500 : random() * 9_000),
  },
};

async function attack(how: Attack) {
  const { orders, isAttacker } = ordersUnder(how);
  const simulated = await simulate({ seed: SEED, orders, spacingMs: 25, ...RACE });
  expect(brokenInvariants(simulated)).toEqual([]);
  expect(simulated.logger.events.filter(({ level }) => level === 'error')).toEqual([]);
  const attackers = new Set(simulated.executionIds.filter((_, n) => isAttacker[n]));
  expect(attackers.size).toBe(HOSTILE);
  const ofVictims = (sentences: readonly string[]) =>
    sentences.filter((sentence) => !attackers.has(sentence.slice(0, 36)));
  const wrong = wrongEndings(simulated, orders);
  const givenUp = healthyAttemptsGivenUp(simulated, orders);
  return { wrong, givenUp, wrongVictims: ofVictims(wrong), givenUpVictims: ofVictims(givenUp) };
}

describe(`a thousand hostile orders among ${VICTIMS} others (SEED=${SEED})`, () => {
  it('change nothing, not even their own ends, when their text is logged or thrown', async () => {
    const texts = hostileText([...FAILURES_TOLD, ...TIES_TOLD]);
    const { wrong, givenUp } = await attack({ texts, through: ['console.log', 'throw'], victimsAmong: everybody });
    expect(wrong).toEqual([]);
    expect(givenUp).toEqual([]);
  });

  it('change no other’s end when their text is logged as an error', async () => {
    const texts = fc.oneof(hostileText([...FAILURES_TOLD, ...TIES_TOLD]), hostileLines(FAILURES_TOLD));
    const { wrongVictims, givenUpVictims } = await attack({
      texts,
      through: ['console.error'],
      victimsAmong: everybody,
    });
    expect(wrongVictims).toEqual([]);
    expect(givenUpVictims).toEqual([]);
  });

  it('change no other’s end when their text is printed raw and tells of failures', async () => {
    const texts = hostileLines(FAILURES_TOLD);
    const how = { texts, through: ['stdout'], victimsAmong: everybody } as const;
    const { wrongVictims, givenUpVictims } = await attack(how);
    expect(wrongVictims).toEqual([]);
    expect(givenUpVictims).toEqual([]);
  });

  it('change no other’s end when they print whole invocations of those who run now', async () => {
    const texts = fc.oneof(forgedInvocations(), hostileLines([...FAILURES_TOLD, ...TIES_TOLD]));
    const { wrongVictims, givenUpVictims } = await attack({ texts, through: ['stdout'], victimsAmong: everybody });
    expect(wrongVictims).toEqual([]);
    expect(givenUpVictims).toEqual([]);
  });

  it('change nothing that has ended when their text is printed raw', async () => {
    const texts = hostileLines([...FAILURES_TOLD, ...TIES_TOLD]);
    const { wrong, givenUp } = await attack({ texts, through: ['stdout'], victimsAmong: endedOrInvented });
    expect(wrong).toEqual([]);
    expect(givenUp).toEqual([]);
  });
});
