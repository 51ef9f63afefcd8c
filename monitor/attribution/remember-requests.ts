import type { Execution } from '../../workflow/execution.ts';
import type { Attribution } from './attribution.ts';

/** Whose the requests are that a monitor had Lambda start, as the facts tell: lines of them are tied to this execution. */
export function rememberRequests({ executionId, steps }: Execution, attribution: Attribution): void {
  for (const step of steps) {
    for (const { attempt, requestId, invokedAt } of step.attempts) {
      if (requestId === undefined || invokedAt === undefined) continue;
      attribution.learnFromInvocation(requestId, { executionId, step: step.name, attempt });
    }
  }
}
