import { describe, expect, it } from 'vitest';
import { describeRun, type RunBeginning } from '../../../bench/run-document.ts';

const BEGINNING: RunBeginning = {
  date: '2026-11-28T05:45:43.000Z',
  commit: 'abc1234',
  isChanged: false,
  machine: { cpus: 2, model: 'Fast', memoryGiB: 24, node: 'v22.1.0', loadAverage: 3 },
};

describe('the line about a run', () => {
  it('says when it began, of what and on what', () => {
    expect(describeRun(BEGINNING)).toBe(
      '2026-11-28 05:45 UTC, commit abc1234; 2 cores (Fast), 24 GiB, Node v22.1.0, load average 3.0 when it began',
    );
  });

  it('says that the files were not those of the commit', () => {
    expect(describeRun({ ...BEGINNING, isChanged: true })).toContain('commit abc1234 with changes;');
  });
});
