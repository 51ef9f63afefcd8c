import type { WorkflowDefinition } from '../workflow/definition.ts';
import type { RecoveryHandler } from './handler.ts';

/**
 * The handlers of every step that may have run, last step first: all but those that wait, directly or not, for the
 * failed one. A FAILED record starts the functions that wait for it as well, for S3 looks at keys only: our own read it
 * and end, but one that knows nothing of records does its work.
 */
export function handlersFor(
  definition: WorkflowDefinition,
  failedStep: string,
  handlers: readonly RecoveryHandler[],
): readonly RecoveryHandler[] {
  const behind = new Set([failedStep]);
  const unreached = new Set<string>();
  for (const { name, after, result } of definition.steps) {
    if (after === undefined || !behind.has(after)) continue;
    behind.add(name);
    if (after !== failedStep || result === undefined) unreached.add(name);
  }
  const reached = definition.steps.filter((step) => !unreached.has(step.name));
  return reached.reverse().flatMap((step) => handlers.filter((handler) => handler.step === step.name));
}
