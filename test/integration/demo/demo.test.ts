import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LaptopTargets } from '../../../demo/laptop-targets.ts';
import { runLoad } from '../../../demo/load/run-load.ts';
import { runScenarios } from '../../../demo/scenarios/run-scenarios.ts';
import type { Surroundings } from '../../../demo/scenarios/scenario.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import { allHold, checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import type { Target } from '../../../demo/target.ts';
import { processesOf } from '../laptop/processes-of.ts';

/** Of each way of putting in a fault one; the slow ones are left to the demo itself. */
const CHOSEN = ['success', 'type-error', 'access-denied', 'sold-out', 'card-declined', 'heals-in-time', 'bad-order'];
const LOAD = { orders: 60, concurrency: 8, failing: 0.3, seed: 20_261_123 };

let laptop: LaptopTargets;
let surroundings: Surroundings;
let target: Target;

beforeAll(async () => {
  laptop = await LaptopTargets.create({ hostEnvironment: process.env });
  const opened = await laptop.open({
    count: 1,
    signal: new AbortController().signal,
    progress: { show: () => undefined, say: () => undefined, end: () => undefined },
  });
  [target] = opened.targets;
  surroundings = opened.surroundings;
});

afterAll(async () => {
  await laptop.close();
  expect(processesOf(laptop.stateFolder)).toEqual([]);
  await laptop.discard();
});

// Each test reads what those before it left in the books and in the logs.
describe.sequential('the demo, through the real system', { shuffle: false }, () => {
  it('breaks the functions from outside, and every order ends as the scenario says', async () => {
    const results = await runScenarios({
      scenarios: SCENARIOS.filter(({ name }) => CHOSEN.includes(name)),
      targets: [target],
      surroundings,
      onResult: () => undefined,
      onRunning: () => undefined,
    });
    expect(results.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);
    expect(results.map(({ name }) => name)).toEqual(CHOSEN);
  });

  it('ends every order with balanced books though coordinator and monitor are killed with -9 in the middle', async () => {
    const [system] = laptop.systems;
    if (system === undefined) throw new Error('there is no system');
    const kills: Promise<boolean>[] = [];
    const summary = await runLoad(LOAD, target, ({ finished }) => {
      if (finished === 15) kills.push(system.monitor.kill('SIGKILL'));
      if (finished === 30) kills.push(system.coordinator.kill('SIGKILL'), system.monitor.kill('SIGKILL'));
    });
    await Promise.all(kills);
    expect(kills).toHaveLength(3);
    expect(summary.problems).toEqual([]);
    expect(summary.byStatus.FAILED).toBeGreaterThan(0);

    const report = checkInvariants(await readState(target.stores));
    expect(report).toMatchObject(Object.fromEntries(Object.keys(report).map((name) => [name, { violations: [] }])));
    expect(allHold(report)).toBe(true);
  });

  it('leaves nothing at error level in the logs: every failure was an order, none was the system', async () => {
    const errors: string[] = [];
    for (const folder of laptop.logFolders) {
      for (const name of await readdir(folder)) {
        const lines = (await readFile(join(folder, name), 'utf8')).split('\n');
        errors.push(...lines.filter((line) => line.includes('"level":"error"') || line.includes('nhandled')));
      }
    }
    expect(errors).toEqual([]);
  });
});
