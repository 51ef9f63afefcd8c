import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { RecoveryHandler } from './handler.ts';

/**
 * The handlers of every step that may have run, last step first: all but those that wait, directly or not, for the
 * failed one, because only a SUCCEEDED record starts its successor.
 */
export function handlersFor(
  definition: WorkflowDefinition,
  failedStep: string,
  handlers: readonly RecoveryHandler[],
): readonly RecoveryHandler[] {
  const unreached = new Set<string>();
  for (const { name, after } of definition.steps)
    if (after !== undefined && (after === failedStep || unreached.has(after))) unreached.add(name);
  const reached = definition.steps.filter((step) => !unreached.has(step.name));
  return reached.reverse().flatMap((step) => handlers.filter((handler) => handler.step === step.name));
}
