import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

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
  const [before, rest] = splitAt(markdown, BEGIN);
  const [, after] = splitAt(rest, END);
  return `${before}${BEGIN}\n\n\`\`\`\n${tables.trimEnd()}\n\`\`\`\n\n${END}${after}`;
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`there is no place for results: ${mark} is missing`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
