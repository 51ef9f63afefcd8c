import type { Stage } from '../lib/stage.ts';

/**
 * A place to try things: everything is removed with the stack. The slack of two minutes is the late end of what has
 * been seen of CloudWatch Logs' delivery (0.1 to 9 s usually, 1 to 2 minutes at worst).
 */
const dev: Stage = {
  name: 'dev',
  retainData: false,
  logRetentionDays: 7,
  stepTimeoutsMs: { 'confirm-order': 10_000, payment: 10_000 },
  evidenceSlackMs: 120_000,
  monitorMode: 'act',
  instanceType: 't4g.micro',
};

/** The real thing: data outlives the stack, and the stack cannot be deleted by a slip. */
const prod: Stage = {
  name: 'prod',
  retainData: true,
  logRetentionDays: 90,
  stepTimeoutsMs: { 'confirm-order': 10_000, payment: 10_000 },
  evidenceSlackMs: 120_000,
  monitorMode: 'act',
  instanceType: 't4g.small',
};

/** For the AWS on loopback, where logs arrive at once: a function that hangs is found in seconds, not minutes. */
const laptop: Stage = {
  name: 'laptop',
  retainData: false,
  logRetentionDays: 7,
  stepTimeoutsMs: { 'confirm-order': 3_000, payment: 3_000 },
  evidenceSlackMs: 1_500,
  monitorMode: 'act',
  instanceType: 't4g.micro',
};

const STAGES: readonly Stage[] = [dev, prod, laptop];

export const DEFAULT_STAGE = dev.name;

/** Throws an error that names the valid stages when there is none of that name. */
export function stageNamed(name: unknown): Stage {
  const stage = STAGES.find((candidate) => candidate.name === name);
  if (stage !== undefined) return stage;
  const valid = STAGES.map((candidate) => candidate.name).join(', ');
  throw new Error(`There is no stage ${JSON.stringify(name)}: choose one of ${valid} with -c stage=NAME.`);
}
