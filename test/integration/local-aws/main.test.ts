import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startLocalAws } from '../../../local/local-aws.ts';
import { Clients } from './clients.ts';
import { writeFixtureAssembly } from './fixture-assembly.ts';

const PROJECT_FOLDER = new URL('../../..', import.meta.url);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'local-aws-main-'));
  await writeFixtureAssembly(join(root, 'assembly'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function run(...args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'local/main.ts', ...args], {
    cwd: PROJECT_FOLDER,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function firstLineOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

async function failureOf(child: ChildProcess): Promise<{ readonly code: unknown; readonly stderr: string }> {
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, stderr };
}

/** Ids of the processes whose environment names the folder: the functions' home lies in it. */
async function processesOf(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const own = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      return environment.includes(folder) ? [pid] : [];
    }),
  );
  return own.flat();
}

describe('the command of the local AWS', () => {
  it('says what is missing or wrong, and how it is called', async () => {
    const { code, stderr } = await failureOf(
      run('--assembly', 'x', '--state', 'y', '--conditions', '{"logLoss":2,"fog":1}'),
    );
    expect(code).toBe(2);
    expect(stderr).toContain('logLoss must be a share between 0 and 1');
    expect(stderr).toContain('fog is not one of seed, ');
    expect(stderr).toContain('--assembly');
  });

  it('refuses a state folder that another process uses', async () => {
    const stateFolder = join(root, 'shared-state');
    const aws = await startLocalAws({ assemblyFolder: join(root, 'assembly'), stateFolder, fsync: false });
    const { code, stderr } = await failureOf(run('--assembly', join(root, 'assembly'), '--state', stateFolder));
    await aws.stop();
    expect(code).toBe(1);
    expect(stderr).toContain(`${stateFolder} is in use by process ${process.pid}`);
  });

  it.runIf(process.platform === 'linux')(
    'prints one line when ready, and leaves no process after SIGTERM',
    async () => {
      const state = join(root, 'state');
      const child = run('--assembly', join(root, 'assembly'), '--state', state);
      const exited = once(child, 'exit');
      const clients = new Clients(JSON.parse(await firstLineOf(child)) as ConstructorParameters<typeof Clients>[0]);
      const { inbox, logGroup } = await clients.names();
      await clients.s3.send(new PutObjectCommand({ Bucket: inbox, Key: 'in/one.json', Body: 'allowed/one' }));
      await vi.waitFor(
        async () => {
          expect((await clients.lines(logGroup)).join()).toContain('REPORT');
        },
        { timeout: 15_000, interval: 25 },
      );
      expect(await processesOf(state)).not.toEqual([]);
      clients.close();
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
      expect(await processesOf(state)).toEqual([]);
    },
  );

  it.runIf(process.platform === 'linux')(
    'comes up again on what a killed one left, and ends what was left running',
    async () => {
      const state = join(root, 'killed-state');
      const args = ['--assembly', join(root, 'assembly'), '--state', state];
      const first = run(...args);
      const killed = once(first, 'exit');
      const before = new Clients(JSON.parse(await firstLineOf(first)) as ConstructorParameters<typeof Clients>[0]);
      const { inbox, outbox } = await before.names();
      await before.s3.send(new PutObjectCommand({ Bucket: inbox, Key: 'in/one.json', Body: 'allowed/one' }));
      first.kill('SIGKILL');
      await killed;
      before.close();

      const second = run(...args);
      const exited = once(second, 'exit');
      const after = new Clients(JSON.parse(await firstLineOf(second)) as ConstructorParameters<typeof Clients>[0]);
      // The event was answered for: it is owed until the function has run.
      await vi.waitFor(
        async () => {
          await after.s3.send(new HeadObjectCommand({ Bucket: outbox, Key: 'allowed/one' }));
        },
        { timeout: 15_000, interval: 25 },
      );
      after.close();
      second.kill('SIGTERM');
      await exited;
      expect(await processesOf(state)).toEqual([]);
    },
  );
});
