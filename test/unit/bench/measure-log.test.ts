import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { measureCatchUp } from '../../../bench/control-node/measure-log.ts';
import { SimulatedLog } from '../../../bench/control-node/simulated-log.ts';

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'simulated-log-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

it('orders are logged at their rate while whoever waits by the clock waits', async () => {
  const log = new SimulatedLog({ folder: aFolder(), startAt: 1_000_000, ordersPerSecond: 4 });
  onTestFinished(() => log.close());
  await log.clock.sleep(500);
  const { lines } = log;
  await log.clock.sleep(10_000);
  expect(log.clock.now()).toBe(1_010_500);
  // Two orders in half a second, then forty: what an order logs hardly differs.
  expect(log.lines / lines).toBeGreaterThan(19);
  expect(log.lines / lines).toBeLessThan(23);
});

it('an hour of few orders is read within seconds of simulated time, and nothing of it is left out', async () => {
  const measured = await measureCatchUp(aFolder(), 0.1, new AbortController().signal);
  expect(measured).toMatchObject({ ordersPerSecond: 0.1, leftToSweepMs: 0 });
  expect(measured.caughtUpInMs).toBeLessThan(10_000);
  expect(measured.lines).toBeGreaterThan(3_600);
});
