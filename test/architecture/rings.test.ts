import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { RINGS } from '../support/rings.ts';

const tests = join(import.meta.dirname, '..');

it('every test file lies in a ring, so that none is silently never run', async () => {
  const entries = await readdir(tests, { withFileTypes: true, recursive: true });
  const files = entries
    .filter((entry) => entry.isFile() && /\.(test|spec)\.[cm]?[jt]sx?$/.test(entry.name))
    .map((entry) => relative(tests, join(entry.parentPath, entry.name)));
  expect(files.length).toBeGreaterThan(0);
  const isRun = (path: string): boolean =>
    Object.keys(RINGS).some((ring) => path.startsWith(`${ring}/`)) && path.endsWith('.test.ts');
  expect(files.filter((path) => !isRun(path))).toEqual([]);
});
