import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import { openTarget, type Target } from '../../../demo/target.ts';
import { laptopSystem } from '../../../laptop/audit/audited-system.ts';
import { createAwsClients, type AwsClients } from '../../../laptop/aws-access.ts';
import { startSystem } from '../../../laptop/system.ts';
import type { System } from '../../../laptop/system-options.ts';
import { quarantineKey, stepRecordKey } from '../../../workflow/keys.ts';
import { jsonLines, startProcess, type StartedProcess } from '../../support/started-process.ts';
import { HalfDone, ITEM } from './half-done.ts';

const LONG_MS = 180_000;
const PATIENCE = { timeout: 60_000, interval: 100 };

interface Entry {
  readonly executionId: string;
  readonly condition: string;
  readonly repairs: readonly {
    readonly repair: { readonly kind: string };
    readonly handlers: readonly { readonly handler: string; readonly isUndone: boolean; readonly state: unknown }[];
  }[];
  readonly repaired?: { readonly outcome: string; readonly status?: string };
}

let stateFolder: string;
let system: System;
let target: Target;
let clients: AwsClients;
let halfDone: HalfDone;
let environment: Readonly<Record<string, string>>;
const started: StartedProcess[] = [];

beforeAll(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'audit-test-'));
  system = await startSystem({ stateFolder, hostEnvironment: process.env });
  clients = createAwsClients(system.aws);
  const { url, aws, stackName } = system;
  target = await openTarget({ url, aws, stackName, settlingMs: 0, signal: new AbortController().signal });
  await target.api.putItem(ITEM);
  halfDone = new HalfDone(target);
  environment = (await laptopSystem(stateFolder, process.env, () => undefined)).environment;
}, LONG_MS);

afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ exited }) => exited));
  await target.close();
  clients.close();
  await system.stop();
  await rm(stateFolder, { recursive: true, force: true });
}, LONG_MS);

/** Stopped rather than killed: it would be started again. */
function holdMonitor(): void {
  process.kill(system.monitor.pid, 'SIGSTOP');
}

function resumeMonitor(): void {
  process.kill(system.monitor.pid, 'SIGCONT');
}

function start(entryPoint: string, env: Readonly<Record<string, string>>): StartedProcess {
  const process = startProcess(entryPoint, env);
  started.push(process);
  return process;
}

async function audit(...args: readonly string[]) {
  const process = startProcess('monitor/audit/main.ts', environment, ['--json', ...args]);
  started.push(process);
  const exitCode = await process.exited;
  const entries = (JSON.parse(process.output.out) as { executions: readonly Entry[] }).executions;
  return { exitCode, entries, byId: new Map(entries.map((entry) => [entry.executionId, entry])) };
}

/** Everything in both buckets, by its etag and time. */
async function everything(): Promise<readonly string[]> {
  const found: string[] = [];
  for (const store of [target.stores.appStore, target.stores.stateStorage]) {
    for await (const { key, etag, lastModifiedAt } of store.list('')) found.push(`${key} ${etag} ${lastModifiedAt}`);
  }
  return found;
}

async function remove(key: string): Promise<void> {
  await clients.s3.send(new DeleteObjectCommand({ Bucket: target.stores.stateStorage.bucket, Key: key }));
}

async function booksBalance(): Promise<void> {
  const report = checkInvariants(await readState(target.stores));
  expect(Object.values(report).flatMap(({ violations }) => violations)).toEqual([]);
}

describe.sequential('an audit', { shuffle: false }, () => {
  it(
    'shows every half-done execution with its repair and changes nothing; --apply repairs them, and the next finds none',
    async () => {
      holdMonitor();
      const succeeded = await halfDone.succeeded();
      const lost = await halfDone.lostEvent();
      const killed = await halfDone.killed();
      const declined = await halfDone.declined();
      const unreadable = await halfDone.unreadable();
      const orderless = await halfDone.orderless();
      // Until the deadlines have passed.
      await vi.waitUntil(async () => {
        const { byId } = await audit();
        return [lost, killed].every((id) => byId.get(id)?.condition === 'overdue');
      }, PATIENCE);

      const before = await everything();
      const shown = await audit('--from', '-1h');
      expect(shown.exitCode).toBe(1);
      expect(await everything()).toEqual(before);
      const conditions = Object.fromEntries(
        shown.entries.map(({ executionId, condition, repairs }) => [
          executionId,
          [condition, ...repairs.map(({ repair }) => repair.kind)],
        ]),
      );
      expect(conditions).toEqual({
        [lost]: ['overdue', 'claim-attempt'],
        [killed]: ['overdue', 'claim-attempt'],
        [declined]: ['not-recovered', 'recover'],
        [unreadable]: ['unreadable', 'quarantine'],
        [orderless]: ['no-order'],
      });
      expect(shown.byId.get(declined)?.repairs[0]?.handlers).toEqual([
        { handler: 'cancel-payment', step: 'payment', isUndone: false, state: { status: 'none' } },
        {
          handler: 'close-stock-slot',
          step: 'confirm-order',
          isUndone: false,
          state: { itemId: ITEM.itemId, units: 1, isClosed: false },
        },
      ]);

      const applied = await audit('--apply', '--wait', '60s');
      expect(applied.exitCode).toBe(1);
      const outcomes = Object.fromEntries(
        applied.entries.map(({ executionId, repaired }) => [executionId, repaired?.status ?? repaired?.outcome]),
      );
      expect(outcomes).toEqual({
        [lost]: 'SUCCEEDED',
        [killed]: 'SUCCEEDED',
        [declined]: 'FAILED',
        [unreadable]: 'left',
        [orderless]: 'left',
      });

      // What only a person can put right.
      await remove(stepRecordKey(unreadable, 'payment'));
      await remove(quarantineKey(unreadable));
      await remove(stepRecordKey(orderless, 'confirm-order'));
      expect((await audit('--apply', '--wait', '60s')).exitCode).toBe(0);
      const { exitCode, entries } = await audit('--slots');
      expect({ exitCode, entries }).toEqual({ exitCode: 0, entries: [] });
      expect((await target.api.read(succeeded)).status).toBe('SUCCEEDED');
    },
    LONG_MS,
  );

  it(
    'is what a monitor that only shows says, which writes nothing and receives nothing',
    async () => {
      holdMonitor();
      const declined = await halfDone.declined();
      const before = await everything();
      const showing = start('monitor/main.ts', {
        ...environment,
        MONITOR_MODE: 'show',
        // One that acts would not start without its queue.
        FAILED_EVENTS_QUEUE_URL: `${environment.FAILED_EVENTS_QUEUE_URL ?? ''}-that-is-not-there`,
      });
      const withheld = () =>
        jsonLines(showing).filter(
          ({ message, executionId }) => message === 'repair withheld' && executionId === declined,
        );
      await vi.waitUntil(() => withheld().length > 0, PATIENCE);
      expect(withheld()).toEqual([expect.objectContaining({ repair: 'recover' })]);
      showing.child.kill('SIGTERM');
      expect(await showing.exited).toBe(0);
      expect(await everything()).toEqual(before);
      resumeMonitor();
    },
    LONG_MS,
  );

  it(
    'repairs beside a monitor that acts and one that shows, and everything is done once',
    async () => {
      start('monitor/main.ts', { ...environment, MONITOR_MODE: 'show' });
      holdMonitor();
      const ids = await Promise.all([1, 2, 3, 4].map(() => halfDone.declined()));
      resumeMonitor();
      await audit('--apply', '--wait', '60s');
      const open = async () => {
        const orders = await Promise.all(ids.map((id) => target.api.read(id)));
        return orders.filter(({ status }) => status !== 'FAILED');
      };
      await vi.waitUntil(async () => (await open()).length === 0, PATIENCE);
      await vi.waitUntil(async () => (await audit()).exitCode === 0, PATIENCE);
      await booksBalance();
    },
    LONG_MS,
  );

  it(
    'finds the system that is stopped',
    async () => {
      await system.stop();
      const stopped = await laptopSystem(stateFolder, process.env, () => undefined);
      environment = stopped.environment;
      const { exitCode, entries } = await audit();
      await stopped.close();
      expect({ exitCode, entries }).toEqual({ exitCode: 0, entries: [] });
    },
    LONG_MS,
  );
});
