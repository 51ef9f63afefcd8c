import type { FailureDocument, OrderDocument } from '../order-document.ts';
import type { Expectation } from './scenario.ts';

/** How a scenario ended: a row of the report. Times are milliseconds after the order was taken. */
export interface ScenarioResult {
  readonly name: string;
  readonly executionId: string | null;
  readonly expected: string;
  readonly status: string;
  readonly failureKind: string | null;
  readonly signal: string | null;
  /** When the first failure was found. */
  readonly detectedMs: number | null;
  /** When recovery was done and verified. */
  readonly recoveredMs: number | null;
  readonly ok: boolean;
  /** What differed from what was expected, in sentences. */
  readonly problems: readonly string[];
  /** The order at its end. */
  readonly order?: OrderDocument;
  /** What else there is to tell. */
  readonly notes: readonly string[];
}

/** What the application's own state says of an execution, read from S3. */
export interface Effects {
  readonly unitsHeld: number;
  readonly isStockClosed: boolean;
  readonly payment: 'none' | 'captured' | 'cancelled';
}

/** Every failure of every attempt that the monitor found, in the order in which it found them. */
export function failuresOf(order: OrderDocument): readonly (FailureDocument & { readonly step: string })[] {
  const found = order.steps.flatMap((step) =>
    step.attempts.flatMap(({ failure }) => (failure === undefined ? [] : [{ ...failure, step: step.name }])),
  );
  return found.sort((a, b) => a.detectedAt - b.detectedAt);
}

/** Sentences for everything about the end of an order that is not as it must be. */
export function differences(
  order: OrderDocument,
  expected: Expectation,
  effects: Effects,
  quantity: number,
): readonly string[] {
  const problems: string[] = [];
  const must = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  must(order.status === expected.status, `the order ended ${order.status}, expected ${expected.status}`);
  const { kind, signal } = judgedFailure(order) ?? {};
  const wanted = expected.failureKinds;
  must(
    wanted.length === 0 ? kind === undefined : kind !== undefined && wanted.includes(kind),
    `the failure is ${kind ?? 'none'}, expected ${wanted.join(' or ') || 'none'}`,
  );
  const { foundBy } = expected;
  must(
    foundBy === undefined || signal === foundBy,
    `the failure was found by ${signal ?? 'nobody'}, expected ${foundBy}`,
  );
  for (const [name, status] of Object.entries(expected.steps)) {
    const found = order.steps.find((step) => step.name === name)?.status ?? 'missing';
    must(found === status, `step ${name} is ${found}, expected ${status}`);
  }
  const attempts = Math.max(0, ...order.steps.map((step) => step.attempts.length));
  must(
    attempts >= expected.attemptsAtLeast,
    `a step had ${attempts} attempts at most, expected at least ${expected.attemptsAtLeast}`,
  );
  must(expected.isBarred !== true || isBarred(order), 'no late write was refused, or nobody has noticed');
  const refused = order.recovery?.failures.length ?? 0;
  const { recoveriesFailedAtLeast = 0 } = expected;
  must(
    refused >= recoveriesFailedAtLeast,
    `recovery failed ${refused} times before it was done, expected at least ${recoveriesFailedAtLeast}`,
  );
  if (expected.status === 'FAILED') problems.push(...notUndone(order, effects));
  else problems.push(...notKept(effects, quantity));
  return problems;
}

/** Whether something came to write after it was given up, and was refused. */
export function isBarred({ steps }: OrderDocument): boolean {
  return steps.some(({ attempts }) => attempts.some(({ barred }) => barred !== undefined));
}

/** The failure that ended the order; where it succeeded in the end, the first one that was coped with. */
export function judgedFailure(order: OrderDocument): FailureDocument | undefined {
  return order.failure ?? failuresOf(order)[0];
}

function notUndone(order: OrderDocument, { unitsHeld, isStockClosed, payment }: Effects): readonly string[] {
  return [
    ...(order.recovery?.recoveredAt === undefined ? ['there is no record of a recovery'] : []),
    ...(unitsHeld > 0 ? [`${unitsHeld} units are still held for the failed order`] : []),
    ...(isStockClosed ? [] : ['the stock slot of the failed order is open: a late function could still hold units']),
    ...(payment === 'captured' ? ['the failed order is still charged'] : []),
  ];
}

function notKept({ unitsHeld, payment }: Effects, quantity: number): readonly string[] {
  return [
    ...(unitsHeld === quantity ? [] : [`${unitsHeld} units are held for the order, expected ${quantity}`]),
    ...(payment === 'captured' ? [] : [`the payment of the order is ${payment}, expected captured`]),
  ];
}

export function timesOf(order: OrderDocument): Pick<ScenarioResult, 'detectedMs' | 'recoveredMs'> {
  const detectedAt = failuresOf(order)[0]?.detectedAt;
  const recoveredAt = order.recovery?.recoveredAt;
  return {
    detectedMs: detectedAt === undefined ? null : detectedAt - order.submittedAt,
    recoveredMs: recoveredAt === undefined ? null : recoveredAt - order.submittedAt,
  };
}
