import type { AuditSummary } from './audit.ts';
import type { Finding } from './finding.ts';
import type { Repaired } from './repairer.ts';
import type { Range } from './walk.ts';

export interface ReportHead extends Range {
  readonly stackName: string;
  readonly apply: boolean;
  readonly notice?: string | undefined;
}

/** Where an audit tells what it found, as it goes on: nothing is kept. */
export interface Report {
  begin(head: ReportHead): void;
  entry(finding: Finding, repaired: Repaired | undefined): void;
  end(summary: AuditSummary): void;
}
