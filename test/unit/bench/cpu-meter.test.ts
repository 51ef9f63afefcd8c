import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CpuMeter } from '../../../bench/cpu-meter.ts';

/** Computes until this process has used so much, however long that takes beside others. */
function useProcessor(ms: number): void {
  const before = process.cpuUsage();
  for (let used = 0; used < ms;) {
    const { user, system } = process.cpuUsage(before);
    used = (user + system) / 1000;
  }
}

it.runIf(existsSync('/proc/self/stat'))('counts what a process uses while it is measured, and nothing before', () => {
  useProcessor(150);
  const meter = CpuMeter.start({ own: () => [process.pid], gone: () => [] });
  useProcessor(100);
  const { own = 0, client = 0, ...others } = meter.stop();
  // The kernel counts in steps of 10 ms, at both ends.
  expect(own).toBeGreaterThanOrEqual(80);
  expect(own).toBeLessThan(client + 30);
  expect(client).toBeGreaterThanOrEqual(100);
  expect(others).toEqual({});
});

it.runIf(existsSync('/proc/self/stat'))('a process that began meanwhile has used all of it since', () => {
  useProcessor(50);
  let isThere = false;
  const meter = CpuMeter.start({ late: () => (isThere ? [process.pid] : []) });
  isThere = true;
  expect(meter.stop()['late']).toBeGreaterThanOrEqual(40);
});
