import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleNode } from '../../lib/control-node/bundle-node.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** Everything that the bundles and the host's files are made from. */
const SOURCES = [
  'booking',
  'control-node',
  'coordinator',
  'monitor',
  'platform',
  'recovery',
  'storage',
  'web',
  'workflow',
];
const OTHER_SOURCES = ['package.json', 'tsconfig.json'];

let folder: string;
let bundle: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'control-node-code-'));
  bundle = join(folder, 'bundle');
  bundleNode(PROJECT, bundle);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function filesOf(root: string): Readonly<Record<string, string>> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(root.length + 1), readFileSync(path, 'utf8')]),
  );
}

describe('the archive of the control node', () => {
  it('holds coordinator, monitor, audit, the page and the files of the host, and nothing else', () => {
    expect(
      Object.keys(filesOf(bundle))
        .map((path) => path.replace(/-[A-Z0-9]{8}(?=\.)/, '-HASH'))
        .sort(),
    ).toEqual([
      'amazon-cloudwatch-agent.json',
      'audit.mjs',
      'audit.sh',
      'coordinator.mjs',
      'logrotate.conf',
      'monitor.mjs',
      'page/assets/icon-HASH.svg',
      'page/assets/main-HASH.css',
      'page/assets/main-HASH.js',
      'page/assets/uPlot.esm-HASH.js',
      'page/index.html',
      'replace-node.sh',
      'systemd/coordinator.service',
      'systemd/monitor.service',
      'systemd/replace-node.service',
      'systemd/rotate-logs.service',
      'systemd/rotate-logs.timer',
    ]);
  });

  it.each(['coordinator', 'monitor', 'audit'])('starts %s without anything installed beside it', (name) => {
    const { status, stderr } = spawnSync(process.execPath, [join(bundle, `${name}.mjs`)], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
    });
    expect(stderr).toContain('APP_STORE_BUCKET');
    expect(status).not.toBe(0);
  });

  it('is the same in another checkout', () => {
    const checkout = join(folder, 'elsewhere', 'checkout');
    mkdirSync(checkout, { recursive: true });
    for (const name of [...SOURCES, ...OTHER_SOURCES])
      cpSync(join(PROJECT, name), join(checkout, name), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(checkout, 'node_modules'));
    bundleNode(checkout, join(folder, 'other'));
    const [here, there] = [filesOf(bundle), filesOf(join(folder, 'other'))];
    expect(Object.keys(there)).toEqual(Object.keys(here));
    for (const [name, text] of Object.entries(here)) expect(there[name] === text, name).toBe(true);
  });

  it('is not made at all when a source does not compile', () => {
    const broken = join(folder, 'broken');
    for (const name of ['coordinator', 'monitor']) {
      mkdirSync(join(broken, name), { recursive: true });
      writeFileSync(join(broken, name, 'main.ts'), 'this does not compile');
    }
    expect(() => bundleNode(broken, join(folder, 'none'))).toThrow(/control node's code cannot be bundled.*main\.ts/s);
  });
});
