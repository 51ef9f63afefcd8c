import { ConfigurationError } from '../platform/configuration-error.ts';
import { definitionErrors, type WorkflowDefinition } from '../workflow/definition.ts';
import { deadlineErrors } from '../workflow/policies.ts';
import type { StepFunctions } from './environment.ts';

/** @throws RangeError when the workflow cannot run, ConfigurationError when a step of it has no function, or no fitting one. */
export function requireRunnable(definition: WorkflowDefinition, stepFunctions: StepFunctions): void {
  const errors = definitionErrors(definition);
  if (errors.length > 0) throw new RangeError(`workflow ${definition.name} cannot run: ${errors.join('; ')}`);
  const problems = [
    ...definition.steps
      .filter(({ name }) => stepFunctions[name] === undefined)
      .map(({ name }) => `no function is named for step ${name} (STEP_FUNCTIONS)`),
    ...deadlineErrors(definition.steps, stepFunctions),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
}
