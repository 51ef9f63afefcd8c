import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFiles, type PageFiles } from '../../coordinator/page-files.ts';
import { bundlePage } from '../../lib/control-node/bundle-page.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Of everything that the page may load, together, as it is sent. */
const MAX_BYTES = 60_000;

let folder: string;
let page: PageFiles;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  bundlePage(PROJECT, folder);
  const read = await readPageFiles(folder);
  if (read === undefined) throw new Error('there is no page');
  page = read;
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the page', () => {
  it.each(['br', 'gzip'] as const)('weighs less than 60 kB in all, sent as %s', (encoding) => {
    const files = [page.index, ...page.assets.values()];
    const bytes = files.reduce((sum, file) => sum + file[encoding].bytes.length, 0);
    expect(bytes).toBeLessThan(MAX_BYTES);
    expect(bytes).toBeGreaterThan(10_000);
  });

  it('names nothing but its own files, all of which there are', () => {
    const index = Buffer.from(page.index.identity.bytes).toString();
    const named = [...index.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(named).toHaveLength(3);
    for (const address of named) {
      expect(address).toMatch(/^\/assets\/[a-z]+-[A-Z0-9]{8}\.(js|css|svg)$/);
      expect(page.assets.has(address.slice('/assets/'.length)), address).toBe(true);
    }
  });

  it('has no script, no style and no handler in its markup, which the content security policy would refuse', () => {
    const index = readFileSync(join(folder, 'index.html'), 'utf8');
    expect(index).not.toMatch(/<style|style=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:/i);
  });
});
