import { describe, expect, it } from 'vitest';
import type { AuditSummary } from '../../../../monitor/audit/audit.ts';
import type { Finding } from '../../../../monitor/audit/finding.ts';
import { JsonReport } from '../../../../monitor/audit/json-report.ts';
import type { Repaired } from '../../../../monitor/audit/repairer.ts';
import { TextReport } from '../../../../monitor/audit/text-report.ts';
import { EXECUTION } from '../builders.ts';

const T = Date.UTC(2026, 0, 1);
const HEAD = { stackName: 'orders', from: T, to: T + 60_000, apply: false };
const order = { at: T, object: `orders/${EXECUTION}.json`, says: 'order of booking 1' };
const OVERDUE: Finding = {
  executionId: EXECUTION,
  condition: 'overdue',
  status: 'RUNNING',
  missed: [{ step: 'payment', attempt: 1, since: T, dueAt: T + 5_000 }],
  facts: [order],
  repairs: [
    {
      repair: { kind: 'recover' },
      says: 'recover',
      handlers: [
        { handler: 'cancel-payment', step: 'payment', isUndone: false, state: { status: 'captured' } },
        { handler: 'close-stock-slot', step: 'confirm-order', error: 'Error: broken' },
      ],
    },
  ],
  lookAgainAt: T + 9_000,
  note: 'a note',
};
const ENDED: Repaired = {
  executionId: EXECUTION,
  outcome: 'ended',
  status: 'FAILED',
  written: [{ at: T + 1_000, object: 'executions/1/recovery.json', says: 'recovered, and read back' }],
};
const LEFT: Repaired = { executionId: EXECUTION, outcome: 'left', why: 'no time', finding: OVERDUE, written: [] };
const SUMMARY: AuditSummary = { seen: 7, halfDone: 2, conditions: { overdue: 2 }, left: 1 };

function textOf(head: typeof HEAD, entries: readonly (readonly [Finding, Repaired?])[], summary = SUMMARY): string {
  let text = '';
  const report = new TextReport(
    (more) => (text += more),
    () => T + 65_000,
  );
  report.begin(head);
  for (const [finding, repaired] of entries) report.entry(finding, repaired);
  report.end(summary);
  return text;
}

describe('the report for people', () => {
  it('has a paragraph for each execution, and in the end what it comes to', () => {
    expect(textOf(HEAD, [[OVERDUE]]))
      .toBe(`orders: orders taken from 2026-01-01T00:00:00.000Z to 2026-01-01T00:01:00.000Z

${EXECUTION}  RUNNING: should have gone on, and has not
  deadline  attempt 1 of payment, triggered at 2026-01-01T00:00:00.000Z, had until 2026-01-01T00:00:05.000Z: 60 s ago
  2026-01-01T00:00:00.000Z  order of booking 1  [orders/${EXECUTION}.json]
  repair    recover
            cancel-payment (payment) finds {"status":"captured"}
            close-stock-slot (confirm-order) its check fails: Error: broken
  next      looked at again at 2026-01-01T00:00:09.000Z
  note      a note

Half done: 2 of 7 executions
  2 should have gone on, and has not
Nothing was changed. --apply makes these repairs.
`);
  });

  it('says what became of each, and how many are left', () => {
    const text = textOf({ ...HEAD, apply: true }, [
      [OVERDUE, ENDED],
      [OVERDUE, LEFT],
    ]);
    expect(text).toContain(
      '  + 2026-01-01T00:00:01.000Z  recovered, and read back  [executions/1/recovery.json]\n  => FAILED\n',
    );
    expect(text).toContain('  => left, RUNNING: no time\n');
    expect(text).toMatch(/1 of them ended, 1 are left\.\n$/);
  });

  it('says that nothing is half done', () => {
    const none = { seen: 7, halfDone: 0, conditions: {}, left: 0 };
    expect(textOf(HEAD, [], none)).toMatch(/Nothing is half done\. Executions looked at: 7\.\n$/);
  });

  it('lets nobody who is quoted in it steer a terminal, or begin a line', () => {
    const hostile = { ...order, says: 'a\u001b[2J\u009b2J\n=> SUCCEEDED\u202e' };
    const text = textOf(HEAD, [[{ ...OVERDUE, facts: [hostile] }]]);
    expect(text).toContain('a\\u001b[2J\\u009b2J\\u000a=> SUCCEEDED\\u202e');
  });
});

describe('the report for programs', () => {
  it('is one JSON document with everything that the other one says', () => {
    let text = '';
    const report = new JsonReport((more) => (text += more));
    report.begin({ ...HEAD, notice: 'a notice' });
    report.entry(OVERDUE, undefined);
    report.entry(OVERDUE, ENDED);
    report.entry(OVERDUE, LEFT);
    report.end(SUMMARY);
    const shown = {
      ...OVERDUE,
      missed: [{ step: 'payment', attempt: 1, since: '2026-01-01T00:00:00.000Z', dueAt: '2026-01-01T00:00:05.000Z' }],
      facts: [{ ...order, at: '2026-01-01T00:00:00.000Z' }],
      lookAgainAt: '2026-01-01T00:00:09.000Z',
    };
    const written = [{ ...ENDED.written[0], at: '2026-01-01T00:00:01.000Z' }];
    expect(JSON.parse(text)).toEqual({
      stackName: 'orders',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-01T00:01:00.000Z',
      apply: false,
      notice: 'a notice',
      executions: [
        shown,
        { ...shown, repaired: { ...ENDED, written } },
        { ...shown, repaired: { ...LEFT, finding: shown } },
      ],
      ...SUMMARY,
    });
  });

  it('is one JSON document when there is nothing to say', () => {
    let text = '';
    const report = new JsonReport((more) => (text += more));
    report.begin(HEAD);
    report.end({ seen: 0, halfDone: 0, conditions: {}, left: 0 });
    expect(JSON.parse(text)).toMatchObject({ executions: [], seen: 0 });
  });
});
