import { MAX_FACTS, mostFacts } from './fact-limit.ts';
import { resultPlaceErrors, type ResultPlace } from './result-place.ts';

/**
 * A workflow as data: steps with the steps they wait for, and what may be tried again. It names no function: which
 * function runs a step is the deployment's business (see the control node's environment).
 */
export interface WorkflowDefinition {
  readonly name: string;
  /** Written into every order; an order of a version that is not known is shown and never acted on. */
  readonly version: number;
  /** In an order in which every step follows those it waits for. */
  readonly steps: readonly StepDefinition[];
}

export interface StepDefinition {
  readonly name: string;
  /** The step whose record starts this one; none: the order itself does. */
  readonly after?: string;
  readonly retry: RetryPolicy;
  /**
   * For a function that knows nothing of step records (docs/adopting-a-function.md): its result, once it is there, proves
   * that the step succeeded, and the monitor writes the record. Absent: the function writes its own record.
   */
  readonly result?: ResultPlace;
  /**
   * The function prints the key of the object that started it, and no text of customers: then a failure of its first attempt
   * is found in its log (docs/adr/0007-whose-a-line-is.md). Only beside `result`: our own functions say more, and safely.
   */
  readonly printsTriggerKey?: boolean;
}

export interface RetryPolicy {
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
  /** The pause before attempt n (n ≥ 2) is `min(maxMs, baseMs · 2^(n-2))`, half of it at random. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Where a step's input lies: the object whose creation starts it. */
export type Trigger = { readonly kind: 'order' } | { readonly kind: 'step-record'; readonly step: string };

export function triggerOf(step: StepDefinition): Trigger {
  return step.after === undefined ? { kind: 'order' } : { kind: 'step-record', step: step.after };
}

/** @throws RangeError when the workflow has no such step. */
export function stepNamed(definition: WorkflowDefinition, name: string): StepDefinition {
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (step === undefined) {
    const known = definition.steps.map((candidate) => candidate.name).join(', ');
    throw new RangeError(`workflow ${definition.name} has no step ${JSON.stringify(name)}; its steps are ${known}`);
  }
  return step;
}

const RESERVED = new Set(['recovery', 'redrive']);
/** The longest pause before an attempt: one day. An order must end long before it expires. */
const MAX_PAUSE_MS = 86_400_000;

/** What is wrong with a definition, in sentences; empty when it can run. Called once, at start. */
export function definitionErrors(definition: WorkflowDefinition): readonly string[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  const results = new Set<string>();
  if (definition.steps.length === 0) errors.push(`workflow ${definition.name} has no steps`);
  for (const step of definition.steps) {
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(step.name))
      errors.push(`step name ${JSON.stringify(step.name)} is not kebab-case of at most 63 characters`);
    if (RESERVED.has(step.name) || step.name.startsWith('recovery-attempt-'))
      errors.push(`step name ${step.name} is taken by a fact of the same name`);
    if (seen.has(step.name)) errors.push(`step ${step.name} is defined twice`);
    if (step.after !== undefined && !seen.has(step.after))
      errors.push(`step ${step.name} waits for ${step.after}, which no earlier step is called`);
    const { maxAttempts, baseMs, maxMs } = step.retry;
    if (!Number.isInteger(maxAttempts) || maxAttempts < 1 || maxAttempts > 10)
      errors.push(`step ${step.name}: maxAttempts is ${maxAttempts}, and must be an integer from 1 to 10`);
    if (!(baseMs >= 0 && maxMs >= baseMs && maxMs <= MAX_PAUSE_MS))
      errors.push(
        `step ${step.name}: baseMs ${baseMs} and maxMs ${maxMs} must satisfy 0 ≤ baseMs ≤ maxMs ≤ ${MAX_PAUSE_MS}`,
      );
    if (step.result !== undefined) {
      const place = `${step.result.store} ${step.result.key}`;
      errors.push(...resultPlaceErrors(step.result).map((error) => `step ${step.name}: ${error}`));
      if (results.has(place)) errors.push(`step ${step.name}: another step's result lies in ${place} as well`);
      results.add(place);
    }
    if (step.printsTriggerKey === true && step.result === undefined)
      errors.push(
        `step ${step.name} prints its trigger's key and has no result: its function names itself in step lines`,
      );
    seen.add(step.name);
  }
  const most = mostFacts(definition.steps);
  if (most > MAX_FACTS)
    errors.push(`an execution may come to ${most} facts, more than ${MAX_FACTS}: have fewer steps or attempts`);
  return errors;
}
