import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { RecoveryHandler } from './handler.ts';

/**
 * The handlers of the failed step and of every step before it, last step first. Steps after it never had a trigger:
 * only a SUCCEEDED record starts its successor.
 */
export function handlersFor(
  definition: WorkflowDefinition,
  failedStep: string,
  handlers: readonly RecoveryHandler[],
): readonly RecoveryHandler[] {
  const reached = definition.steps.slice(0, definition.steps.findIndex((step) => step.name === failedStep) + 1);
  return reached.reverse().flatMap((step) => handlers.filter((handler) => handler.step === step.name));
}
