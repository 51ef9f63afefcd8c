import type { AuditSummary } from './audit.ts';
import {
  CONDITIONS,
  type Condition,
  type Evidence,
  type Finding,
  type HandlerState,
  type MissedDeadline,
} from './finding.ts';
import type { Repaired } from './repairer.ts';
import type { Report, ReportHead } from './report.ts';

/** For people: a paragraph for each execution, and what it comes to in the last line. */
export class TextReport implements Report {
  readonly #write: (text: string) => void;
  readonly #now: () => number;
  #isApplied = false;

  constructor(write: (text: string) => void, now: () => number) {
    this.#write = write;
    this.#now = now;
  }

  begin({ stackName, from, to, apply, notice }: ReportHead): void {
    this.#isApplied = apply;
    this.#print([
      `${stackName}: orders taken from ${iso(from)} to ${iso(to)}`,
      ...(notice === undefined ? [] : [notice]),
      '',
    ]);
  }

  entry(finding: Finding, repaired: Repaired | undefined): void {
    const { executionId, condition, status, missed, facts, repairs, lookAgainAt, note } = finding;
    this.#print([
      `${executionId}  ${status ?? condition}: ${CONDITIONS[condition]}`,
      ...missed.map((deadline) => `  deadline  ${describeDeadline(deadline, this.#now())}`),
      ...facts.map((fact) => `  ${describeFact(fact)}`),
      ...repairs.flatMap(({ says, handlers }) => [`  repair    ${says}`, ...handlers.map(describeHandler)]),
      ...(lookAgainAt === undefined ? [] : [`  next      looked at again at ${iso(lookAgainAt)}`]),
      ...(note === undefined ? [] : [`  note      ${note}`]),
      ...(repaired === undefined ? [] : describeRepaired(repaired)),
      '',
    ]);
  }

  end({ seen, halfDone, conditions, left }: AuditSummary): void {
    if (halfDone === 0) return this.#print([`Nothing is half done. Executions looked at: ${seen}.`]);
    const counted = Object.entries(conditions).map(([condition, n]) => `  ${n} ${CONDITIONS[condition as Condition]}`);
    const outcome = !this.#isApplied
      ? 'Nothing was changed. --apply makes these repairs.'
      : left === 0
        ? 'All of them ended.'
        : `${halfDone - left} of them ended, ${left} are left.`;
    this.#print([`Half done: ${halfDone} of ${seen} executions`, ...counted, outcome]);
  }

  #print(lines: readonly string[]): void {
    this.#write(`${lines.map(printable).join('\n')}\n`);
  }
}

function describeDeadline({ step, attempt, since, dueAt }: MissedDeadline, now: number): string {
  return `attempt ${attempt} of ${step}, triggered at ${iso(since)}, had until ${iso(dueAt)}: ${ago(now - dueAt)} ago`;
}

function describeFact({ at, object, says }: Evidence): string {
  return `${iso(at)}  ${says}  [${object}]`;
}

function describeHandler(handler: HandlerState): string {
  const found =
    'error' in handler
      ? `its check fails: ${handler.error}`
      : `finds ${JSON.stringify(handler.state)}${handler.isUndone ? ', undone already' : ''}`;
  return `            ${handler.handler} (${handler.step}) ${found}`;
}

function describeRepaired(repaired: Repaired): readonly string[] {
  const written = repaired.written.map((fact) => `  + ${describeFact(fact)}`);
  switch (repaired.outcome) {
    case 'ended':
      return [...written, `  => ${repaired.status}`];
    case 'gone':
      return ['  => gone: its order has expired'];
    case 'left': {
      const { finding, why } = repaired;
      return [...written, `  => left, ${finding.status ?? finding.condition}: ${why}`];
    }
  }
}

function ago(ms: number): string {
  const s = Math.round(ms / 1000);
  if (s < 120) return `${s} s`;
  return s < 7200 ? `${Math.round(s / 60)} min` : `${Math.round(s / 3600)} h`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}

/** What functions and customers wrote must not steer the terminal of whoever reads it. */
function printable(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
