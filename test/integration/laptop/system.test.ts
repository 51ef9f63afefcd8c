import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AlreadyRunningError } from '../../../laptop/process/process-book.ts';
import { seedItems } from '../../../laptop/sample-items.ts';
import { startSystem } from '../../../laptop/system.ts';
import type { ProcessExit, System } from '../../../laptop/system-options.ts';
import { processesOf } from './processes-of.ts';

const PATIENCE = { timeout: 20_000, interval: 50 };

let stateFolder: string;
let starter: ChildProcess | undefined;
let system: System | undefined;

beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'laptop-test-'));
});

afterEach(async () => {
  starter?.kill('SIGKILL');
  await system?.stop();
  starter = undefined;
  system = undefined;
  await vi.waitUntil(() => processesOf(stateFolder).length === 0, PATIENCE);
  await rm(stateFolder, { recursive: true, force: true });
});

/** A starter of its own process, which can be killed. */
async function startInAnotherProcess(): Promise<ChildProcess> {
  starter = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'start-and-wait.ts'), stateFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (starter.stdout === null) throw new Error('the starter has no standard output');
  await once(starter.stdout, 'data');
  return starter;
}

it('starts coordinator and monitor again after kill -9, keeps its data, and leaves no process', async () => {
  const exits: ProcessExit[] = [];
  system = await startSystem({ stateFolder, hostEnvironment: process.env, onExited: (exit) => exits.push(exit) });
  expect(await seedItems(system.url)).not.toEqual([]);

  for (const control of [system.coordinator, system.monitor]) {
    const { pid } = control;
    await control.kill('SIGKILL');
    await vi.waitUntil(() => control.pid !== pid, PATIENCE);
  }
  await system.untilReady();
  expect(exits.map(({ name, signal }) => `${name} ${signal}`)).toEqual(['coordinator SIGKILL', 'monitor SIGKILL']);

  await system.stop();
  expect(processesOf(stateFolder)).toEqual([]);

  system = await startSystem({ stateFolder, hostEnvironment: process.env });
  // What was put before is still there, so nothing is put again.
  expect(await seedItems(system.url)).toEqual([]);
});

it('starts the AWS on loopback again after kill -9, where it was, with its data, for processes that live on', async () => {
  system = await startSystem({ stateFolder, hostEnvironment: process.env });
  const { url, coordinator, localAws } = system;
  const seeded = await seedItems(url);
  const { pid } = coordinator;
  expect(await localAws.kill('SIGKILL')).toBe(true);
  await system.untilReady();
  // Its address, its answers and the coordinator's credentials are what they were: nobody had to be started again.
  const { items } = (await (await fetch(`${url}/items`)).json()) as { readonly items: readonly unknown[] };
  expect(items).toHaveLength(seeded.length);
  expect(coordinator.pid).toBe(pid);
});

it('runs one more monitor beside the first one, for as long as somebody wants', async () => {
  system = await startSystem({ stateFolder, hostEnvironment: process.env });
  const second = await system.startMonitor('second-monitor');
  const isIn = (pid: number) => processesOf(stateFolder).some((one) => one.pid === pid);
  expect(second.pid).not.toBe(system.monitor.pid);
  expect([isIn(second.pid), isIn(system.monitor.pid)]).toEqual([true, true]);
  await second.stop();
  expect([isIn(second.pid), isIn(system.monitor.pid)]).toEqual([false, true]);
});

it('gives the processes of the control node nothing of the environment of whoever starts them', async () => {
  system = await startSystem({ stateFolder, hostEnvironment: { ...process.env, AWS_PROFILE: 'work', LEAKED: 'yes' } });
  if (process.platform !== 'linux') return;
  for (const { pid } of [system.coordinator, system.monitor]) {
    const variables = (await readFile(`/proc/${pid}/environ`, 'utf8'))
      .split('\0')
      .flatMap((line) => line.split('=')[0] ?? []);
    expect(variables).not.toContain('LEAKED');
    expect(variables).not.toContain('AWS_PROFILE');
    expect(variables).toContain('AWS_ENDPOINT_URL');
    // They are who the control node's role says, and nobody with a key.
    expect(variables).toContain('AWS_EC2_METADATA_SERVICE_ENDPOINT');
    expect(variables.filter((name) => name.includes('KEY') || name.includes('TOKEN'))).toEqual([]);
  }
});

it('does not start twice in one folder', async () => {
  const { pid } = await startInAnotherProcess();
  const second = startSystem({ stateFolder, hostEnvironment: process.env });
  await expect(second).rejects.toThrow(AlreadyRunningError);
  await expect(second).rejects.toThrow(String(pid));
});

it('ends every process when its starter is killed with -9', async () => {
  const killed = await startInAnotherProcess();
  expect(processesOf(stateFolder).length).toBeGreaterThanOrEqual(5);
  killed.kill('SIGKILL');
  await vi.waitUntil(() => processesOf(stateFolder).length === 0, PATIENCE);
});

it('ends at its start what a system that was killed with its watchdog left behind', async () => {
  const killed = await startInAnotherProcess();
  const watchdog = processesOf(stateFolder).find(({ commandLine }) => commandLine.includes('watchdog.mjs'));
  if (watchdog === undefined) throw new Error('there is no watchdog');
  process.kill(watchdog.pid, 'SIGKILL');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const left = processesOf(stateFolder).map(({ pid }) => pid);
  expect(left.length).toBeGreaterThanOrEqual(3);

  system = await startSystem({ stateFolder, hostEnvironment: process.env });
  const now = processesOf(stateFolder).map(({ pid }) => pid);
  expect(now.filter((pid) => left.includes(pid))).toEqual([]);
});
