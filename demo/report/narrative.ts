import type { OrderDocument, StepDocument } from '../order-document.ts';
import type { ScenarioResult } from '../scenarios/outcome.ts';
import { seconds } from './durations.ts';

const LONGEST_LINE = 200;
const LONGEST_MESSAGE = 100;

/**
 * What the monitor saw and did, line by line: `HTTP status code 200` for a function that succeeded and the error for one
 * that failed, as the paper's figures 7 and 8 show them, then what was done about it.
 */
export function narrate(result: ScenarioResult, how: string): string {
  const { name, executionId, order, notes, problems, ok } = result;
  const id = executionId === null ? '' : `  order ${executionId}`;
  const lines = [
    `${name}: ${how}`,
    ...(id === '' ? [] : [id]),
    ...(order === undefined ? [] : describeOrder(order)),
    ...notes.map((note) => `  ${note}`),
    ...problems.map((problem) => `  UNEXPECTED: ${problem}`),
    `  => ${result.status}${ok ? ', as expected' : `, expected ${result.expected}`}`,
  ];
  return lines.map((line) => cut(printable(line), LONGEST_LINE)).join('\n');
}

function describeOrder({ steps, submittedAt, recovery }: OrderDocument): readonly string[] {
  const lines = [...steps.flatMap((step) => describeStep(step, submittedAt)), ...describeTrouble(recovery)];
  if (recovery?.recoveredAt === undefined) return lines;
  const actions = (recovery.actions ?? []).map(
    ({ handler, before, after }) => `    ${handler}: ${JSON.stringify(before)} -> ${JSON.stringify(after)}`,
  );
  return [...lines, `  recovery done and verified after ${seconds(recovery.recoveredAt - submittedAt)}`, ...actions];
}

/** What recovery tried in vain, and how often somebody asked for the next try. */
function describeTrouble(recovery: OrderDocument['recovery']): readonly string[] {
  const last = recovery?.failures.at(-1);
  if (last === undefined) return [];
  const requests = recovery?.requests?.length ?? 0;
  const asked = requests === 0 ? '' : `, asked for ${requests} times`;
  return [
    `  recovery failed ${last.attempt} times${asked}: ${last.handler} ${last.error}: ${cut(last.message, LONGEST_MESSAGE)}`,
  ];
}

function describeStep({ name, status, attempts, endedAt }: StepDocument, submittedAt: number): readonly string[] {
  if (status === 'SKIPPED') return [`  ${name}  skipped`];
  return attempts.flatMap(({ attempt, failure, requestId, barred }) => {
    const label = attempts.length > 1 ? `${name} attempt ${attempt}` : name;
    const request = requestId === undefined ? '' : ` request ${requestId}`;
    const late =
      barred === undefined ? [] : [`  ${label}  came back: its ${barred.write} was refused by the ${barred.by}`];
    if (failure !== undefined) {
      const seen = `  ${label}  ${failure.error}: ${cut(failure.message, LONGEST_MESSAGE)} [${failure.kind} seen by ${failure.signal} after ${seconds(failure.detectedAt - submittedAt)}]`;
      return [seen, ...late];
    }
    const after = endedAt === undefined ? '' : ` after ${seconds(endedAt - submittedAt)}`;
    const end =
      status === 'SUCCEEDED' ? `  ${label}  HTTP status code 200${after}${request}` : `  ${label}  no answer${request}`;
    return [end, ...late];
  });
}

/** A message may hold anything, and a terminal obeys escape sequences. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
