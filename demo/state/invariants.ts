import { orderInputSchema, type OrderInput } from '../../booking/order.ts';
import { heldUnits } from '../../booking/stock.ts';
import type { Execution } from '../../workflow/execution.ts';
import type { ObservedState } from './observed-state.ts';

export const INVARIANTS = [
  'oversold',
  'stockBalances',
  'paymentsBalance',
  'everyExecutionEnded',
  'nothingTwice',
] as const;
export type InvariantName = (typeof INVARIANTS)[number];

/** What each name promises, for people. */
export const INVARIANT_SENTENCES: Readonly<Record<InvariantName, string>> = {
  oversold: 'no item is oversold',
  stockBalances: 'units held or sold are the units of the succeeded orders',
  paymentsBalance: 'a payment is captured for every succeeded order and for no other',
  everyExecutionEnded: 'every order ended: succeeded, or failed and recovered',
  nothingTwice: 'one execution for a key, one hold and one charge for an execution',
};

export interface InvariantResult {
  readonly ok: boolean;
  /** The first ones, a sentence each. */
  readonly violations: readonly string[];
}

export type InvariantReport = Readonly<Record<InvariantName, InvariantResult>>;

/** More of one kind say nothing new. */
const MAX_VIOLATIONS = 20;

/** Checks the design's invariants at a moment at which every order should have ended. */
export function checkInvariants(state: ObservedState): InvariantReport {
  return {
    oversold: result(oversold(state)),
    stockBalances: result(stockBalances(state)),
    paymentsBalance: result(paymentsBalance(state)),
    everyExecutionEnded: result(everyExecutionEnded(state)),
    nothingTwice: result(nothingTwice(state)),
  };
}

export function allHold(report: InvariantReport): boolean {
  return INVARIANTS.every((name) => report[name].ok);
}

function result(violations: readonly string[]): InvariantResult {
  const more = violations.length - MAX_VIOLATIONS;
  return {
    ok: violations.length === 0,
    violations: more > 0 ? [...violations.slice(0, MAX_VIOLATIONS), `and ${more} more`] : violations,
  };
}

function oversold({ items, shards }: ObservedState): readonly string[] {
  return items.flatMap(({ itemId, units }) => {
    const used = usedOf(shards, itemId);
    return used > units ? [`item ${itemId}: ${used} units are held or sold of ${units}`] : [];
  });
}

function stockBalances({ items, shards, executions }: ObservedState): readonly string[] {
  const statuses = new Map(executions.map(({ executionId, status }) => [executionId, status]));
  const wanted = new Map<string, number>();
  for (const execution of executions) {
    const input = execution.status === 'SUCCEEDED' ? inputOf(execution) : undefined;
    if (input !== undefined) wanted.set(input.itemId, (wanted.get(input.itemId) ?? 0) + input.quantity);
  }
  const itemIds = new Set([
    ...items.map(({ itemId }) => itemId),
    ...shards.map(({ itemId }) => itemId),
    ...wanted.keys(),
  ]);
  const sums = [...itemIds].flatMap((itemId) => {
    const used = usedOf(shards, itemId);
    const succeeded = wanted.get(itemId) ?? 0;
    return used === succeeded
      ? []
      : [`item ${itemId}: ${used} units are held or sold, and its succeeded orders have ${succeeded}`];
  });
  const strays = shards.flatMap(({ itemId, held }) =>
    Object.entries(held).flatMap(([executionId, units]) => {
      const status = statuses.get(executionId) ?? 'unknown';
      return units === 0 || status === 'SUCCEEDED'
        ? []
        : [`item ${itemId}: ${units} units are held for order ${executionId}, which is ${status}`];
    }),
  );
  return [...sums, ...strays];
}

function paymentsBalance({ executions, payments }: ObservedState): readonly string[] {
  const captured = new Map(
    payments.flatMap((payment) => (payment.status === 'captured' ? [[payment.executionId, payment] as const] : [])),
  );
  const ofExecutions = executions.flatMap((execution) => {
    const { executionId, status } = execution;
    const payment = captured.get(executionId);
    captured.delete(executionId);
    if (status !== 'SUCCEEDED') return payment === undefined ? [] : [`order ${executionId} is ${status} and charged`];
    if (payment === undefined) return [`order ${executionId} succeeded and is not charged`];
    const total = inputOf(execution)?.total;
    return payment.total === total ? [] : [`order ${executionId} costs ${total} and is charged ${payment.total}`];
  });
  return [
    ...ofExecutions,
    ...[...captured.keys()].map((executionId) => `a payment is captured for ${executionId}, which is no order`),
  ];
}

function everyExecutionEnded({ executions, unreadable, quarantined }: ObservedState): readonly string[] {
  return [
    ...executions.flatMap(({ executionId, status, recovery }) => {
      if (status === 'SUCCEEDED') return [];
      if (status !== 'FAILED') return [`order ${executionId} is ${status}`];
      return recovery?.recoveredAt === undefined
        ? [`order ${executionId} failed and has no record of its recovery`]
        : [];
    }),
    ...unreadable.map(({ executionId, reason }) => `order ${executionId} cannot be read: ${reason}`),
    ...quarantined.map((executionId) => `order ${executionId} is quarantined`),
  ];
}

function nothingTwice({ executions, shards, payments, keys }: ObservedState): readonly string[] {
  const ids = new Set(executions.map(({ executionId }) => executionId));
  const heldOf = new Map<string, number>();
  for (const { held } of shards) {
    for (const [executionId, units] of Object.entries(held))
      heldOf.set(executionId, (heldOf.get(executionId) ?? 0) + units);
  }
  return [
    ...repeated(payments.flatMap(({ paymentId }) => (paymentId === undefined ? [] : [paymentId]))).map(
      (id) => `payment ${id} is in the ledger twice`,
    ),
    ...repeated(keys.map(({ executionId }) => executionId)).map((id) => `order ${id} stands under two keys`),
    ...keys.flatMap(({ executionId }) =>
      ids.has(executionId) ? [] : [`a key stands for order ${executionId}, which does not exist`],
    ),
    ...executions.flatMap((execution) => {
      const held = heldOf.get(execution.executionId) ?? 0;
      const quantity = inputOf(execution)?.quantity ?? 0;
      return held > quantity ? [`order ${execution.executionId} asks for ${quantity} units and holds ${held}`] : [];
    }),
  ];
}

function usedOf(shards: ObservedState['shards'], itemId: string): number {
  return shards.reduce((sum, shard) => (shard.itemId === itemId ? sum + shard.sold + heldUnits(shard) : sum), 0);
}

function inputOf({ input }: Execution): OrderInput | undefined {
  return orderInputSchema.safeParse(input).data;
}

function repeated(values: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.has(value) || !seen.add(value));
}
