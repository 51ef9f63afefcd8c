import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

interface EnsureDependencies {
  readonly isInstalled: (root: string) => boolean;
}

const { isInstalled } = (await import(
  new URL('../../../scripts/ensure-dependencies.mjs', import.meta.url).href
)) as EnsureDependencies;

const hono = { version: '4.0.0', integrity: 'sha512-a' };
const forThisPlatform = { version: '1.0.0', optional: true, os: [process.platform], cpu: [process.arch] };
const forAnother = { version: '1.0.0', optional: true, os: ['plan9'], cpu: [process.arch] };
const locked = { '': { version: '0.1.0' }, hono, here: forThisPlatform, there: forAnother };

describe('what is installed', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'is-installed-'));
    await mkdir(join(root, 'node_modules'));
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }));
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  const record = (text: string): Promise<void> => writeFile(join(root, 'node_modules/.package-lock.json'), text);
  const recordPackages = (packages: object): Promise<void> => record(JSON.stringify({ packages }));

  it('is missing when npm left no record of a complete installation', () => {
    expect(isInstalled(root)).toBe(false);
  });

  it('is missing when the record is cut short', async () => {
    await record('{"packages":{"hono":');
    expect(isInstalled(root)).toBe(false);
  });

  it.each([
    ['a package is missing', { here: forThisPlatform }],
    ['a package has another version', { hono: { ...hono, version: '3.0.0' }, here: forThisPlatform }],
    ['a package has another content', { hono: { ...hono, integrity: 'sha512-b' }, here: forThisPlatform }],
    ['a package is no longer locked', { hono, here: forThisPlatform, old: { version: '1.0.0' } }],
    ['the tree was copied from another platform', { hono, there: forAnother }],
  ])('is stale when %s', async (_why, packages) => {
    await recordPackages(packages);
    expect(isInstalled(root)).toBe(false);
  });

  it('is fresh without the packages of other platforms', async () => {
    await recordPackages({ hono, here: forThisPlatform });
    expect(isInstalled(root)).toBe(true);
  });
});
