import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareCounts, toExpected, type CountChange, type ExpectedCounts } from './requests/compare-counts.ts';
import type { MeasuredSize } from './requests/measured.ts';

const EXPECTED_FILE = fileURLToPath(new URL('expected-counts.json', import.meta.url));
const UPDATE = 'npm run bench -- --smoke --update';

export interface SmokeResult {
  readonly hasGrown: boolean;
  readonly text: string;
}

export function readExpected(): ExpectedCounts {
  return JSON.parse(readFileSync(EXPECTED_FILE, 'utf8')) as ExpectedCounts;
}

export function writeExpected(counted: MeasuredSize['kinds']): string {
  writeFileSync(EXPECTED_FILE, `${JSON.stringify(toExpected(counted), undefined, 2)}\n`);
  return 'bench/expected-counts.json has what was counted now.\n';
}

/** Says which count grew from what to what. */
export function judge(expected: ExpectedCounts, counted: MeasuredSize['kinds']): SmokeResult {
  const { grown, shrunk } = compareCounts(expected, counted);
  const say = ({ what, from, to }: CountChange) => `  ${what}: ${from} -> ${to}\n`;
  const worse =
    grown.length === 0 ? '' : `An order costs more than bench/expected-counts.json says:\n${grown.map(say).join('')}`;
  const better =
    shrunk.length === 0 ? '' : `An order costs less than bench/expected-counts.json says:\n${shrunk.map(say).join('')}`;
  const hint =
    worse + better === '' ? 'An order costs what bench/expected-counts.json says.\n' : `If that is meant: ${UPDATE}\n`;
  return { hasGrown: grown.length > 0, text: worse + better + hint };
}
