import { CannotBeginError } from '../laptop/cannot-begin-error.ts';
import type { StackDescription } from '../laptop/describe-stack.ts';

/** The stack's name for what it is for: `dev`, `prod` or `laptop`. */
const STAGE_OUTPUT = 'Stage';
/** How to reach the API of a deployed stack from this machine. */
const OPEN_PAGE_OUTPUT = 'OpenPage';
/** A list of what may be broken, not of what may not: a stage that this code does not know is not broken by accident. */
const BREAKABLE_STAGES: readonly string[] = ['dev', 'laptop'];
/** Nothing is under way, and the template is what is deployed. */
const AT_REST: readonly string[] = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
];

/** @throws CannotBeginError unless the stack says itself that it may be broken, and nobody is changing it. */
export function requireBreakable({ stackName, status, outputs }: StackDescription): void {
  const stage = outputs[STAGE_OUTPUT];
  if (stage === undefined) {
    throw new CannotBeginError(
      `Stack ${stackName} has no output ${STAGE_OUTPUT}, which says whether it may be broken: deploy it again from this project.`,
    );
  }
  if (!BREAKABLE_STAGES.includes(stage)) {
    throw new CannotBeginError(
      `Stack ${stackName} is of stage ${stage}, and the demo breaks what it runs against: choose one of stage ${BREAKABLE_STAGES.join(' or ')}.`,
    );
  }
  if (!AT_REST.includes(status)) {
    throw new CannotBeginError(
      `Stack ${stackName} is in status ${status}, expected ${AT_REST.join(', ')}: let its deployment end, or mend it, first.`,
    );
  }
}

/** What to type so that the API can be reached, as far as the stack says it. */
export function howToReachApi({ outputs }: StackDescription): string {
  const command = outputs[OPEN_PAGE_OUTPUT];
  return command === undefined
    ? 'Give the address of its coordinator with --url.'
    : `In another terminal run, and leave running: ${command}`;
}
