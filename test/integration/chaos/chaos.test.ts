import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { processesOf } from '../laptop/processes-of.ts';

const MAIN = join(import.meta.dirname, '../../../chaos/main.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('leaves no process and no file when it is interrupted in the middle of a round', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--rounds', '1', '--seed', '1'], {
    env: { PATH, HOME, TMPDIR: folder, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (!said.includes('round 1') && (said + text).includes('round 1')) child.kill('SIGINT');
    said += text;
  });
  expect(await once(child, 'close'), said).toEqual([130, null]);
  expect(said).toContain('round 1 of 1, seed 1');
  expect(processesOf(folder)).toEqual([]);
  const left = await readdir(folder);
  expect(left.filter((name) => name.startsWith('stateful-serverless-'))).toEqual([]);
});
