import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LaptopTargets } from '../../../demo/laptop-targets.ts';
import { runScenarios } from '../../../demo/scenarios/run-scenarios.ts';
import type { Scenario } from '../../../demo/scenarios/scenario.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import { loadAssembly } from '../../../local/cloudformation/assembly.ts';
import { planStack } from '../../../local/cloudformation/plan-stack.ts';
import type { RecordedDecision } from '../../../local/iam/access-record.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '../../../local/ports.ts';
import { comparePermissions, type Comparison } from './compare-permissions.ts';
import { createNaming, permissionsOf } from './permission.ts';
import { UNUSED_HERE } from './unused-permissions.ts';
import { useTheRest } from './use-the-rest.ts';

/** Enough to make every call that the product makes: an order that succeeds, each way of recovery, a retry. */
const CHOSEN = ['success', 'access-denied', 'sold-out', 'card-declined', 'heals-in-time', 'first-function-fails'];

/** In the demo it is always payment that heals. */
const FIRST_FUNCTION_HEALS: readonly Scenario[] = SCENARIOS.flatMap((scenario) => {
  if (scenario.name !== 'heals-in-time' || scenario.kind !== 'order') return [];
  const faults: typeof scenario.faults = (surroundings) =>
    scenario.faults(surroundings).map((fault) => ({ ...fault, step: 'confirm-order' }));
  return [{ ...scenario, name: 'first-function-heals', faults }];
});

let folder: string;
let laptop: LaptopTargets;
let compared: Comparison;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'permissions-test-'));
  const recordFile = join(folder, 'access.jsonl');
  laptop = await LaptopTargets.create({
    hostEnvironment: { ...process.env, LOCAL_AWS_ACCESS_RECORD: recordFile },
  });
  const { targets, surroundings } = await laptop.open({
    count: 1,
    signal: new AbortController().signal,
    progress: { show: () => undefined, say: () => undefined, end: () => undefined },
  });
  const results = await runScenarios({
    scenarios: [...SCENARIOS.filter(({ name }) => CHOSEN.includes(name)), ...FIRST_FUNCTION_HEALS],
    targets,
    surroundings,
    onResult: () => undefined,
    onRunning: () => undefined,
  });
  expect(results).toHaveLength(CHOSEN.length + 1);
  expect(results.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`))).toEqual([]);

  const [system] = laptop.systems;
  if (system === undefined) throw new Error('no system was started');
  await useTheRest({ target: targets[0], results, aws: system.aws });
  // The record is complete once the local AWS has stopped.
  await laptop.close();

  const assembly = await loadAssembly(join(laptop.stateFolder, 'system-1', 'cdk.out'));
  const plan = planStack(assembly, { account: LOCAL_ACCOUNT, region: LOCAL_REGION });
  const lines = (await readFile(recordFile, 'utf8')).trimEnd().split('\n');
  compared = comparePermissions({
    allowed: permissionsOf(plan.roles),
    decisions: lines.map((line) => JSON.parse(line) as RecordedDecision),
    reasons: UNUSED_HERE,
    nameOf: createNaming(plan),
  });
});

afterAll(async () => {
  await laptop.close();
  await laptop.discard();
  await rm(folder, { recursive: true, force: true });
});

it('asks for nothing that the roles of the template do not allow', () => {
  expect(compared.missing).toEqual([]);
});

it('uses everything that the roles of the template allow, or says why not', () => {
  expect(compared.unused).toEqual([]);
});

it('gives reasons only for permissions that are there and not used', () => {
  expect(compared.stale).toEqual([]);
});
