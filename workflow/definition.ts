import { MAX_FACTS, mostFacts } from './fact-limit.ts';
import { policyErrors, type StepPolicies } from './policies.ts';
import { resultPlaceErrors, type ResultPlace } from './result-place.ts';

/**
 * A workflow as data: steps with the steps they wait for, and each one's policies (docs/policies.md). It names no function: which
 * function runs a step is the deployment's business (see the control node's environment).
 */
export interface WorkflowDefinition {
  readonly name: string;
  /** Written into every order; an order of a version that is not known is shown and never acted on. */
  readonly version: number;
  /** In an order in which every step follows those it waits for. */
  readonly steps: readonly StepDefinition[];
}

export interface StepDefinition extends StepPolicies {
  readonly name: string;
  /** The step whose record starts this one; none: the order itself does. */
  readonly after?: string;
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

/** What is wrong with a definition, in sentences; empty when it can run. Called once, at start. */
export function definitionErrors(definition: WorkflowDefinition): readonly string[] {
  const errors: string[] = [];
  const seen = new Set<string>();
  const results = new Set<string>();
  if (definition.steps.length === 0) errors.push(`workflow ${definition.name} has no steps`);
  for (const step of definition.steps) {
    if (!/^[a-z][a-z0-9-]{0,62}$/.test(step.name))
      errors.push(`step name ${JSON.stringify(step.name)} is not kebab-case of at most 63 characters`);
    if (RESERVED.has(step.name) || /^recovery-(attempt|request)-/.test(step.name))
      errors.push(`step name ${step.name} is taken by a fact of the same name`);
    if (seen.has(step.name)) errors.push(`step ${step.name} is defined twice`);
    if (step.after !== undefined && !seen.has(step.after))
      errors.push(`step ${step.name} waits for ${step.after}, which no earlier step is called`);
    errors.push(...policyErrors(step).map((error) => `step ${step.name}: ${error}`));
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
