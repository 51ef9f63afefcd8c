import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { processesOf } from '../laptop/processes-of.ts';

const MAIN = join(import.meta.dirname, '../../../chaos/main.ts');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chaos-test-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const PATIENCE = { timeout: 40_000, interval: 50 };

const SECOND_MONITORS_LOG = 'system-1/logs/second-monitor.log';

/**
 * The second monitor is started in the middle of each round, and writes a log of its own. Only that place is looked at: the
 * folders of functions beside it come and go, and one that is gone while it is listed is an error.
 */
function isInARound(): boolean {
  return readdirSync(folder).some((name) => existsSync(join(folder, name, SECOND_MONITORS_LOG)));
}

it('leaves no process and no file when it is interrupted in the middle of a round', async () => {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--rounds', '1', '--seed', '1'], {
    env: { PATH, HOME, TMPDIR: folder, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  await vi.waitUntil(isInARound, PATIENCE);
  child.kill('SIGINT');
  expect(await closed, said).toEqual([130, null]);
  expect(said).toContain('round 1 of 1, seed 1');
  expect(processesOf(folder)).toEqual([]);
  const left = await readdir(folder);
  expect(left.filter((name) => name.startsWith('stateful-serverless-'))).toEqual([]);
});
