import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withTables } from './marked-section.ts';
import { describeRun, type RunBeginning } from './run-document.ts';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const MARKS = {
  begin: '<!-- results: written by npm run bench -- --only whole-way --save -->',
  end: '<!-- end of results -->',
};

/** Puts what a run measured into the README, with when, where and of what. @returns the file. */
export function writeReadmeTables(run: RunBeginning, tables: string): string {
  writeFileSync(README, withTables(readFileSync(README, 'utf8'), `${describeRun(run)}\n\n${tables}`, MARKS));
  return README;
}
