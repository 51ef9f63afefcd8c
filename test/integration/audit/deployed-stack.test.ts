import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTarget, type Target } from '../../../demo/target.ts';
import { startSystem } from '../../../laptop/system.ts';
import type { System } from '../../../laptop/system-options.ts';
import { BASE_ENVIRONMENT, startProcess } from '../../support/started-process.ts';
import { HalfDone, ITEM } from './half-done.ts';

const LONG_MS = 120_000;
const PROFILE = 'the-account';

let folder: string;
let system: System;
let target: Target;
let halfDone: HalfDone;
/** What somebody has who has logged in: a home, and the name of a profile in it. */
let loggedIn: Readonly<Record<string, string>>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-stack-test-'));
  system = await startSystem({ stateFolder: join(folder, 'system'), hostEnvironment: process.env });
  const { url, aws, stackName } = system;
  target = await openTarget({ url, aws, stackName, settlingMs: 0, signal: new AbortController().signal });
  await target.api.putItem(ITEM);
  halfDone = new HalfDone(target);
  const HOME = join(folder, 'home');
  await mkdir(join(HOME, '.aws'), { recursive: true });
  const { endpoint, region, accessKeyId, secretAccessKey } = aws;
  await Promise.all([
    writeFile(join(HOME, '.aws', 'config'), `[profile ${PROFILE}]\nregion = ${region}\nendpoint_url = ${endpoint}\n`),
    writeFile(
      join(HOME, '.aws', 'credentials'),
      `[${PROFILE}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    ),
  ]);
  // No wait for an instance that this is not.
  loggedIn = { HOME, AWS_PROFILE: PROFILE, AWS_EC2_METADATA_DISABLED: 'true' };
}, LONG_MS);

afterAll(async () => {
  await target.close();
  await system.stop();
  await rm(folder, { recursive: true, force: true });
}, LONG_MS);

/** `npm run audit` without npm, with this environment and what Node itself needs. */
async function audit(args: readonly string[], environment = loggedIn) {
  const { output, exited } = startProcess('laptop/audit/main.ts', { ...BASE_ENVIRONMENT, ...environment }, args);
  return { code: await exited, stdout: output.out, stderr: output.err };
}

const auditStack = (...args: readonly string[]) => audit(['--stack', system.stackName, ...args]);

// They look at one and the same stack, one after another.
describe.sequential('an audit of a stack that is deployed', { shuffle: false }, () => {
  it(
    'says in one sentence why it cannot begin',
    async () => {
      const { AWS_PROFILE: _profile, ...nobody } = loggedIn;
      const { stackName } = system;
      const refusals: readonly (readonly [RegExp, readonly string[], Readonly<Record<string, string>>?])[] = [
        [/^audit: There is no stack no-such-stack in us-east-1 \(.*\): .*$/, ['--stack', 'no-such-stack']],
        [/^audit: There is no AWS region: set AWS_REGION.*$/, ['--stack', stackName], nobody],
        [
          /^audit: There are no AWS credentials: log in.*$/,
          ['--stack', stackName],
          { ...nobody, AWS_REGION: 'us-east-1' },
        ],
        [/^audit: --stack is "--apply": expected the name of a stack.*$/, ['--stack', '--apply']],
      ];
      for (const [sentence, args, environment] of refusals) {
        const { code, stdout, stderr } = await audit(args, environment);
        expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence);
        expect(stderr).not.toMatch(/^ {4}at /m);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      }
    },
    LONG_MS,
  );

  it(
    'finds it with the profile of whoever runs it, shows what is half done, and repairs it when told to',
    async () => {
      // Stopped rather than killed: it would be started again, and leave nothing half done.
      process.kill(system.monitor.pid, 'SIGSTOP');
      const declined = await halfDone.declined();
      const shown = await auditStack('--from', '-1h');
      expect(shown.stdout).toContain(`${system.stackName}: orders taken from `);
      expect(shown.stdout).toContain(`${declined}  RECOVERING: `);
      expect(shown.stdout).toContain('Nothing was changed. --apply makes these repairs.');
      expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 1, stderr: '' });
      expect((await target.api.read(declined)).status).toBe('RECOVERING');

      const applied = await auditStack('--apply', '--json');
      expect(JSON.parse(applied.stdout)).toMatchObject({
        stackName: system.stackName,
        executions: [{ executionId: declined, repaired: { outcome: 'ended', status: 'FAILED' } }],
        halfDone: 1,
        left: 0,
      });
      expect(applied.code).toBe(0);
      expect((await target.api.read(declined)).status).toBe('FAILED');

      const { code, stdout } = await auditStack();
      expect(stdout).toMatch(/^Nothing is half done\. Executions looked at: \d+\.$/m);
      expect(code).toBe(0);
      process.kill(system.monitor.pid, 'SIGCONT');
    },
    LONG_MS,
  );
});
