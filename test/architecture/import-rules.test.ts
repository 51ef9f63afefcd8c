import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cruiseOptions, folders } from './import-rules.ts';
import type { ICruiseResult, IViolation } from 'dependency-cruiser';

const root = join(import.meta.dirname, '../..');

/** Every broken rule as `from -> to: rule`, and every module that was read. */
async function cruiseTree(baseDir: string): Promise<{ readonly edges: string[]; readonly modules: string[] }> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const present = entries
    .filter((entry) => entry.isDirectory() && folders.includes(entry.name))
    .map(({ name }) => name);
  const { output } = await cruise(present, { ...cruiseOptions, baseDir });
  const { summary, modules } = output as ICruiseResult;
  return {
    edges: summary.violations.map(describeViolation).sort(),
    modules: modules.map(({ source }) => source),
  };
}

/** `from -> to: rule`; of a cycle, every module on the way round. */
function describeViolation({ from, to, rule, cycle }: IViolation): string {
  return `${[from, ...(cycle ?? [{ name: to }]).map(({ name }) => name)].join(' -> ')}: ${rule.name}`;
}

describe('the import rules', () => {
  it('hold for the whole project', async () => {
    const { edges, modules } = await cruiseTree(root);
    // A compiler that the cruiser cannot use makes it read nothing, and pass.
    expect(modules.filter((source) => /^(workflow|storage|local)\/.*\.ts$/.test(source)).length).toBeGreaterThan(0);
    expect(edges, 'each line names an import that must go, and the rule that says so').toEqual([]);
  });

  it('cover every folder that has TypeScript in it', async () => {
    const entries = await readdir(root, { withFileTypes: true, recursive: true });
    const tops = entries
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mts)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
      .filter((path) => path.includes('/') && !/^(node_modules|cdk\.out|coverage|\.[^/]+)\//.test(path))
      .map((path) => path.slice(0, path.indexOf('/')));
    expect([...new Set(tops)].filter((folder) => !folders.includes(folder))).toEqual([]);
  });
});

/** Imports that must be refused, each with the rule that must refuse it. */
const WRONG: readonly (readonly [from: string, to: string, rule: string])[] = [
  ['workflow/a.ts', 'platform/a.ts', 'workflow-imports'],
  ['workflow/b.ts', 'node:fs', 'workflow-is-pure'],
  ['workflow/c.ts', '@aws-sdk/client-s3', 'no-aws-sdk'],
  ['platform/b.ts', 'workflow/leaf.ts', 'platform-imports'],
  ['platform/c.ts', 'zod', 'platform-is-small'],
  ['storage/a.ts', 'booking/leaf.ts', 'storage-imports'],
  ['booking/a.ts', 'lambdas/payment/environment.ts', 'booking-imports'],
  ['lambdas/payment/a.ts', 'recovery/leaf.ts', 'lambdas-imports'],
  ['coordinator/a.ts', 'recovery/leaf.ts', 'coordinator-imports'],
  ['coordinator/b.ts', 'local/conditions.ts', 'coordinator-imports'],
  ['coordinator/c.ts', 'aws-cdk-lib', 'cdk-at-synth-time'],
  ['monitor/a.ts', 'coordinator/leaf.ts', 'monitor-imports'],
  ['monitor/b.ts', 'test/support.ts', 'monitor-imports'],
  ['monitor/log/a.ts', 'monitor/sweep/leaf.ts', 'monitor-parts'],
  ['recovery/a.ts', 'monitor/leaf.ts', 'recovery-imports'],
  ['lib/a.ts', 'monitor/leaf.ts', 'lib-imports'],
  ['lib/b.ts', 'workflow/leaf.ts', 'lib-imports'],
  ['bin/a.ts', 'monitor/metric-names.ts', 'bin-imports'],
  ['local/a.ts', 'workflow/leaf.ts', 'local-imports'],
  ['local/b.ts', '@aws-sdk/client-s3', 'no-aws-sdk'],
  ['web/a.ts', 'workflow/leaf.ts', 'web-imports'],
  ['laptop/a.ts', 'local/server.ts', 'laptop-imports'],
  ['laptop/b.ts', 'local/conditions.ts', 'conditions-as-types'],
  ['laptop/c.ts', 'demo/leaf.ts', 'laptop-imports'],
  ['laptop/d.ts', 'coordinator/leaf.ts', 'laptop-imports'],
  ['demo/a.ts', 'local/server.ts', 'demo-imports'],
  ['demo/b.ts', 'aws-cdk-lib', 'cdk-at-synth-time'],
  ['chaos/a.ts', 'local/server.ts', 'chaos-imports'],
  ['chaos/b.ts', 'local/conditions.ts', 'conditions-as-types'],
  ['demo/d.ts', 'chaos/leaf.ts', 'demo-imports'],
  ['test/unit/a.ts', 'aws-cdk-lib', 'cdk-at-synth-time'],
];

const RIGHT: readonly (readonly [from: string, to: string, kind?: 'type'])[] = [
  ['platform/a.ts', 'pino'],
  ['platform/d.ts', 'node:fs'],
  ['storage/b.ts', 'workflow/leaf.ts'],
  ['storage/c.ts', '@aws-sdk/client-s3'],
  ['booking/b.ts', 'storage/leaf.ts'],
  ['lambdas/payment/b.ts', 'booking/leaf.ts'],
  ['lambdas/payment/c.ts', 'lambdas/payment/environment.ts'],
  ['monitor/c.ts', 'recovery/leaf.ts'],
  ['monitor/sweep/b.ts', 'monitor/log/leaf.ts'],
  ['lib/c.ts', 'lambdas/payment/environment.ts'],
  ['lib/d.ts', 'monitor/metric-names.ts'],
  ['lib/e.ts', 'aws-cdk-lib'],
  ['bin/b.ts', 'lib/leaf.ts'],
  ['web/b.ts', 'workflow/leaf.ts', 'type'],
  ['laptop/e.ts', 'local/conditions.ts', 'type'],
  ['laptop/f.ts', 'lambdas/payment/environment.ts'],
  ['demo/c.ts', 'laptop/leaf.ts'],
  ['chaos/c.ts', 'demo/leaf.ts'],
  ['test/infra/a.ts', 'aws-cdk-lib'],
  ['test/unit/b.ts', 'local/server.ts'],
];

const CIRCLE = [
  ['storage/about.ts', 'storage/round.ts'],
  ['storage/round.ts', 'storage/turn.ts'],
  ['storage/turn.ts', 'storage/about.ts'],
] as const;

const PACKAGES = ['@aws-sdk/client-s3', 'aws-cdk-lib', 'pino', 'zod'];

describe('the import rules, given a tree of wrong and right imports', () => {
  let tree: string;
  let edges: readonly string[];

  beforeAll(async () => {
    tree = await mkdtemp(join(tmpdir(), 'import-rules-'));
    await writeTree(tree);
    ({ edges } = await cruiseTree(tree));
  });

  afterAll(() => rm(tree, { recursive: true, force: true }));

  it.each(WRONG)('refuse %s -> %s, by the rule %s', (from, to, rule) => {
    const target = to.startsWith('node:')
      ? to.slice('node:'.length)
      : isPackage(to)
        ? `node_modules/${to}/index.js`
        : to;
    expect(edges).toContain(`${from} -> ${target}: ${rule}`);
  });

  it.each(RIGHT)('allow %s -> %s', (from) => {
    expect(edges.filter((edge) => edge.startsWith(`${from} -> `))).toEqual([]);
  });

  it('refuse a cycle, once and with its whole way round', () => {
    expect(edges).toContain('storage/about.ts -> storage/round.ts -> storage/turn.ts -> storage/about.ts: no-cycles');
  });

  it('refuse nothing else', () => {
    expect(edges).toHaveLength(WRONG.length + 1);
  });
});

function isPackage(to: string): boolean {
  return PACKAGES.includes(to);
}

async function writeTree(tree: string): Promise<void> {
  const files = new Map<string, string>();
  const add = (path: string, text: string): unknown => files.set(path, (files.get(path) ?? '') + text);
  for (const [from, to, kind] of [...WRONG, ...RIGHT, ...CIRCLE] as (readonly [string, string, string?])[]) {
    const isFile = !isPackage(to) && !to.startsWith('node:');
    if (isFile) add(to, '');
    const target = isFile ? `${'../'.repeat(from.split('/').length - 1)}${to}` : to;
    add(
      from,
      kind === 'type' ? typeImport(target) : `import { thing } from '${target}';\nexport const used = thing;\n`,
    );
  }
  for (const name of PACKAGES) {
    add(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    add(`node_modules/${name}/index.js`, 'exports.thing = 1;\n');
  }
  for (const [path, text] of files) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), text === '' ? 'export const thing = 1;\n' : text);
  }
}

function typeImport(target: string): string {
  return `import type { thing } from '${target}';\nexport type Used = typeof thing;\n`;
}
