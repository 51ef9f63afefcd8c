import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

const LOCK = JSON.stringify({ packages: { hono: { version: '4.0.0' } } });

/** Stands in for npm: notes each call, prints, and leaves the record of a complete installation. */
const NPM = `#!/usr/bin/env node
const { appendFileSync, cpSync } = require('node:fs');
appendFileSync('npm-calls', process.argv.slice(2).join(' ') + '\\n');
console.log('added 1 package');
if (process.env.NPM_FAILS) process.exit(7);
setTimeout(() => cpSync('package-lock.json', 'node_modules/.package-lock.json'), 300);
`;

/** Stands in for a task's program: prints its arguments, then does what the last one says. */
const PROGRAM = `
console.log(JSON.stringify(process.argv.slice(2)), process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED);
const [order] = process.argv.slice(-1);
if (order === 'fail') process.exit(3);
if (order === 'die') process.kill(process.pid, 'SIGKILL');
if (order === 'wait') {
  setInterval(() => {}, 1000);
  process.on('SIGTERM', () => process.exit(42));
  console.log('ready');
}
`;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe('scripts/run.mjs', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'run-'));
    await cp(join(import.meta.dirname, '../../../scripts'), join(root, 'scripts'), { recursive: true });
    await mkdir(join(root, 'node_modules/vitest'), { recursive: true });
    await writeFile(join(root, 'node_modules/vitest/vitest.mjs'), PROGRAM);
    await writeFile(join(root, 'package-lock.json'), LOCK);
    await writeFile(join(root, 'npm'), NPM);
    await chmod(join(root, 'npm'), 0o755);
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  const markInstalled = (): Promise<void> => writeFile(join(root, 'node_modules/.package-lock.json'), LOCK);
  const npmCalls = async (): Promise<string[]> => (await readFile(join(root, 'npm-calls'), 'utf8')).trim().split('\n');

  function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessByStdio<null, Readable, Readable> {
    return spawn(process.execPath, [join(root, 'scripts/run.mjs'), ...args], {
      env: { ...process.env, npm_execpath: '', PATH: `${root}${delimiter}${process.env.PATH}`, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async function run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> {
    const child = start(args, env);
    const [stdout, stderr, [code]] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    return { code, stdout, stderr };
  }

  it('names the tasks there are when it is asked for another', async () => {
    const { code, stdout, stderr } = await run(['deploy']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Unknown task "deploy": expected one of setup, demo, ');
  });

  it('does not start the task when the installation fails', async () => {
    const { code, stdout, stderr } = await run(['test'], { NPM_FAILS: '1' });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Installing the dependencies failed (exit code 7)');
  });

  it('installs what is missing first, and leaves standard output to the task', async () => {
    const { code, stdout, stderr } = await run(['test', '--json', 'a b']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '["run","--json","a b"] true\n' });
    expect(stderr).toContain('added 1 package');
    await expect(npmCalls()).resolves.toEqual(['ci --include=dev --no-fund --no-audit']);
  });

  it('installs nothing when what is installed is what is locked', async () => {
    await markInstalled();
    await run(['test']);
    await expect(npmCalls()).rejects.toThrow('ENOENT');
  });

  it('lets one of several callers at a time install, while the others wait for it', async () => {
    const ended = await Promise.all([run(['test', '1']), run(['test', '2']), run(['test', '3'])]);
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    await expect(npmCalls()).resolves.toHaveLength(1);
  });

  it('takes over from an installation whose process is dead', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await once(dead, 'exit');
    await mkdir(join(root, '.local'));
    await writeFile(join(root, '.local/install.lock'), String(dead.pid));
    await expect(run(['test'])).resolves.toMatchObject({ code: 0 });
  });

  it.each([
    ['fail', 3],
    ['die', 128 + 9],
  ])('exits as the task does: %s', async (order, code) => {
    await markInstalled();
    await expect(run(['test', order])).resolves.toMatchObject({ code });
  });

  it('passes a signal on and waits for the end that the task makes of it', async () => {
    await markInstalled();
    const child = start(['test', 'wait']);
    const exit = once(child, 'exit');
    for await (const chunk of child.stdout) if (String(chunk).includes('ready')) break;
    child.kill('SIGTERM');
    await expect(exit).resolves.toEqual([42, null]);
  });
});

async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
