import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

interface Ended {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function simulate(args: readonly string[], SEED?: string): Promise<Ended> {
  const env = { ...process.env, SEED };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', MAIN, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

it('a schedule that fails is told, and the command that it names tells it again', async () => {
  const found = await simulate(['--schedules', '20', '--seed', '1', '--broken', 'no-attempt-claim']);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('nothing is done twice');
  expect(found.stderr).toMatch(/^simulate: seed 1: /m);
  expect(found.stderr).toMatch(/^simulate: seed \d+: .*\(and \d+ more\)$/m);
  const [, again = ''] = /^again: npm run simulate -- (.*)$/m.exec(found.stderr) ?? [];
  expect(again).toContain('--broken no-attempt-claim');
  const repeated = await simulate(again.split(' '));
  expect(repeated.code).toBe(1);
  expect(repeated.stdout).toBe(found.stdout);
});

it('SEED names a schedule as --seed does', async () => {
  const [bySeed, byOption] = await Promise.all([
    simulate(['--schedules', '1'], '7'),
    simulate(['--schedules', '1', '--seed', '7']),
  ]);
  expect(bySeed).toEqual(byOption);
  expect(bySeed.code).toBe(0);
  expect(bySeed.stdout).toContain('PUT orders/order-1.json if absent');
  expect(bySeed.stderr).toContain('simulate: seed 7: every promise was kept');
});
