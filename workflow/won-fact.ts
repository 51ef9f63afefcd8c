import { NO_STEP_FACTS, type Facts, type StepFacts } from './facts.ts';
import type { AttemptClaim, AttemptInvoked, StepRecord } from './records.ts';

/** A fact whose write was won: nobody else has written it, and nobody ever will. */
export type WonFact =
  | { readonly kind: 'step-record'; readonly value: StepRecord }
  | { readonly kind: 'attempt-claim'; readonly value: AttemptClaim }
  | { readonly kind: 'attempt-invoked'; readonly value: AttemptInvoked };

/**
 * An execution's facts with one more, which need not be read back. What others have written since the facts were read is
 * not in them: they are for deciding where nothing else can have ended meanwhile, or where the next write tells.
 * @param at when it was written; milliseconds since the epoch, by the writer's clock where S3's own word is not known.
 */
export function withWonFact(facts: Facts, won: WonFact, at: number): Facts {
  const { step } = won.value;
  const known = facts.steps.get(step) ?? NO_STEP_FACTS;
  return { ...facts, steps: new Map(facts.steps).set(step, addTo(known, won, at)) };
}

function addTo(known: StepFacts, won: WonFact, at: number): StepFacts {
  switch (won.kind) {
    case 'step-record':
      return { ...known, record: { value: won.value, at } };
    case 'attempt-claim':
      return withAttempt(known, won.value.attempt, { claim: { value: won.value, at } });
    case 'attempt-invoked':
      return withAttempt(known, won.value.attempt, { invoked: { value: won.value, at } });
  }
}

type AttemptFacts = NonNullable<ReturnType<StepFacts['attempts']['get']>>;

function withAttempt(known: StepFacts, attempt: number, facts: AttemptFacts): StepFacts {
  const attempts = new Map(known.attempts).set(attempt, { ...known.attempts.get(attempt), ...facts });
  return { ...known, attempts };
}
