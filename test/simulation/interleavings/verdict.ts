import { checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import { BOOKING } from '../../../booking/workflow.ts';
import { failureKey, indexFailure } from '../../../workflow/failure-index.ts';
import { isRejection } from '../../../workflow/failure.ts';
import { executionPrefix, quarantineKey } from '../../../workflow/keys.ts';
import { memoryStores, STATE_STORAGE_BUCKET, type MemoryS3 } from '../../support/memory-s3.ts';
import type { Promised, Violation } from './witness.ts';

const PROMISE_OF = {
  oversold: 'the books balance',
  stockBalances: 'the books balance',
  paymentsBalance: 'the books balance',
  everyExecutionEnded: 'every execution ends',
  nothingTwice: 'nothing is done twice',
} as const satisfies Record<string, Promised>;

/** Orders that nobody can act on: one that is no order, one of a workflow that nobody knows. */
export interface Poison {
  readonly unreadable: readonly string[];
  readonly unknown: readonly string[];
}

/** What the state at the end says of the invariants, as whoever comes later would read it from S3. */
export async function violationsAtTheEnd(memory: MemoryS3, poison: Poison): Promise<readonly Violation[]> {
  const state = await readState(memoryStores(memory));
  const executions = state.executions.filter(({ executionId }) => !poison.unknown.includes(executionId));
  const unreadable = state.unreadable.filter(({ executionId }) => !poison.unreadable.includes(executionId));
  const quarantined = state.quarantined.filter((executionId) => !poison.unreadable.includes(executionId));
  const report = checkInvariants({ ...state, executions, unreadable, quarantined });
  const found = (Object.keys(PROMISE_OF) as (keyof typeof PROMISE_OF)[]).flatMap((name) =>
    report[name].violations.map((what): Violation => ({ promise: PROMISE_OF[name], what })),
  );
  const redriven = executions.flatMap(({ redriveOf }) => (redriveOf === undefined ? [] : [redriveOf]));
  const twice = redriven.filter((executionId, n) => redriven.indexOf(executionId) !== n);
  const notSetAside = poison.unreadable.filter(
    (executionId) => memory.json(STATE_STORAGE_BUCKET, quarantineKey(executionId)) === undefined,
  );
  const actedOn = poison.unknown.filter(
    (executionId) => memory.keys(STATE_STORAGE_BUCKET, executionPrefix(executionId)).length > 0,
  );
  const tooMany = executions.flatMap(({ executionId, steps }) =>
    steps
      .filter(({ name, attempts }) => attempts.length > attemptsOf(name))
      .map(({ name, attempts }) => `${name} of ${executionId} had ${attempts.length} attempts`),
  );
  const notIndexed = executions.filter(
    ({ executionId, failure }) =>
      failure !== undefined &&
      !isRejection(failure.kind) &&
      memory.json(STATE_STORAGE_BUCKET, failureKey(indexFailure(executionId, failure.step, failure))) === undefined,
  );
  return [
    ...found,
    ...sentences('nothing is done twice', [...twice.map((id) => `${id} was repeated twice`), ...tooMany]),
    ...sentences(
      'every execution ends',
      notIndexed.map(({ executionId }) => `${executionId} ended FAILED and is in no index of failures`),
    ),
    ...sentences(
      'every execution ends',
      notSetAside.map((id) => `${id} cannot be read and is not quarantined`),
    ),
    ...sentences(
      "no input decides another's fate",
      actedOn.map((id) => `${id} is of an unknown workflow and was acted on`),
    ),
  ];
}

function attemptsOf(step: string): number {
  return BOOKING.steps.find(({ name }) => name === step)?.retry.maxAttempts ?? 0;
}

function sentences(promise: Promised, whats: readonly string[]): readonly Violation[] {
  return whats.map((what) => ({ promise, what }));
}
