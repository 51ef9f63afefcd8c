import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { withTables } from '../marked-section.ts';

const README = fileURLToPath(new URL('README.md', import.meta.url));
const BEGIN = '<!-- results: written by npm run bench:peers -- --save -->';
const END = '<!-- end of results -->';

/** Puts a run's tables in place of the last one's. @returns the file. */
export function saveResults(tables: string): string {
  writeFileSync(README, withResults(readFileSync(README, 'utf8'), tables));
  return README;
}

/** @throws Error of a text that has no place for results. */
export function withResults(markdown: string, tables: string): string {
  return withTables(markdown, tables, { begin: BEGIN, end: END });
}
