import type { AuditSummary } from './audit.ts';
import type { Evidence, Finding } from './finding.ts';
import type { Repaired } from './repairer.ts';
import type { Report, ReportHead } from './report.ts';

/** One JSON document, written in pieces. Instants are ISO 8601, as everywhere in the API. */
export class JsonReport implements Report {
  readonly #write: (text: string) => void;
  #entries = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  begin({ stackName, from, to, apply, notice }: ReportHead): void {
    const head = JSON.stringify({ stackName, from: iso(from), to: iso(to), apply, ...(notice && { notice }) });
    this.#write(`${head.slice(0, -1)},"executions":[`);
  }

  entry(finding: Finding, repaired: Repaired | undefined): void {
    const entry = { ...represent(finding), ...(repaired && { repaired: representRepaired(repaired) }) };
    this.#write(`${this.#entries === 0 ? '' : ','}\n${JSON.stringify(entry)}`);
    this.#entries += 1;
  }

  end(summary: AuditSummary): void {
    this.#write(`\n],${JSON.stringify(summary).slice(1)}\n`);
  }
}

function represent({ missed, facts, lookAgainAt, ...rest }: Finding) {
  return {
    ...rest,
    missed: missed.map(({ since, dueAt, ...deadline }) => ({ ...deadline, since: iso(since), dueAt: iso(dueAt) })),
    facts: facts.map(representFact),
    ...(lookAgainAt !== undefined && { lookAgainAt: iso(lookAgainAt) }),
  };
}

function representRepaired(repaired: Repaired) {
  const written = repaired.written.map(representFact);
  if (repaired.outcome !== 'left') return { ...repaired, written };
  const { executionId, outcome, why, finding } = repaired;
  return { executionId, outcome, why, written, finding: represent(finding) };
}

function representFact({ at, ...fact }: Evidence) {
  return { at: iso(at), ...fact };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
