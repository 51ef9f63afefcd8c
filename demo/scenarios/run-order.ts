import { randomUUID } from 'node:crypto';
import { Ledger } from '../../booking/ledger.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { awaitOrder } from '../await-order.ts';
import { hasEnded, type OrderDocument } from '../order-document.ts';
import type { OrderRequest } from '../orders-api.ts';
import type { Target } from '../target.ts';
import { untilHealthy } from './health.ts';
import { isUntroubled, observe } from './observation.ts';
import { differences, isBarred, judgedFailure, timesOf, type Effects, type ScenarioResult } from './outcome.ts';
import type { OrderScenario, Surroundings } from './scenario.ts';
import { putItem } from './scenario-item.ts';
import { repairRecovery } from './repair-recovery.ts';
import { sendAgain } from './send-again.ts';
import { SwitchedFaults } from './switched-faults.ts';
import { untilSettled, type Settled } from './until-settled.ts';

/** Everything is quick where changes are in force at once; elsewhere an order takes minutes, and each look costs requests. */
const LOOK_AGAIN_MS = 100;
const LOOK_AGAIN_WHERE_SLOW_MS = 1_000;
const NOTHING_FOUND = { problems: [], notes: [] };

/** An order that has ended, and what was found on its way. */
interface EndedOrder {
  readonly itemId: string;
  readonly order: OrderDocument;
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

export async function runOrder(
  scenario: OrderScenario,
  target: Target,
  surroundings: Surroundings,
): Promise<ScenarioResult> {
  const { settlingMs, clock, signal } = target;
  const faults = new SwitchedFaults(target.faults, scenario.faults(surroundings));
  const probes = await untilHealthy(target);
  let ended: Settled<EndedOrder>;
  try {
    await faults.putIn();
    ended = await untilSettled({
      attempt: () => orderOnce(scenario, target, faults),
      isSettled: ({ order }) => !faults.exist || observe(order, scenario) === 'met',
      settlingMs,
      clock,
      signal,
    });
  } finally {
    await faults.takeOut();
  }
  const { itemId, order, notes, problems } = ended.last;
  const effects = await readEffects(target, order.orderId, itemId);
  const all = [...problems, ...differences(order, scenario.expected, effects, scenario.quantity)];
  const failure = judgedFailure(order);
  return {
    name: scenario.name,
    executionId: order.orderId,
    expected: scenario.expected.status,
    status: order.status,
    failureKind: failure?.kind ?? null,
    signal: failure?.signal ?? null,
    ...timesOf(order),
    ok: all.length === 0,
    problems: all,
    order,
    notes: [...notes, ...settlingNotes(target, probes, faults.exist ? ended : undefined)],
  };
}

/** One order, from the request to its end. The faults are in when it begins. */
async function orderOnce(scenario: OrderScenario, target: Target, faults: SwitchedFaults): Promise<EndedOrder> {
  await faults.putIn();
  const itemId = await putItem(scenario.name, target);
  const request: OrderRequest = { itemId, quantity: scenario.quantity, paymentMethod: scenario.paymentMethod };
  const key = randomUUID();
  const executionId = await target.api.submit(request, key);
  const repeated = scenario.isSentTwice ? await sendAgain(target, request, key, executionId) : NOTHING_FOUND;
  const longestLookMs = target.settlingMs === 0 ? LOOK_AGAIN_MS : LOOK_AGAIN_WHERE_SLOW_MS;
  const look = { target, executionId, firstLookMs: LOOK_AGAIN_MS, longestLookMs };
  const isOver = (order: OrderDocument) =>
    hasEnded(order) && (scenario.expected.isBarred !== true || isBarred(order) || isUntroubled(order));
  if (scenario.repairedOnce === 'second-attempt-claimed') {
    const due = await awaitOrder({ ...look, isDue: (order) => hasEnded(order) || hasSecondAttempt(order) });
    // An order that met nothing leaves them in, for the next one.
    if (!isUntroubled(due)) await faults.takeOut();
  }
  if (scenario.repairedOnce === 'recovery-given-up') {
    return { itemId, order: await repairRecovery(look, faults), ...repeated };
  }
  return { itemId, order: await awaitOrder({ ...look, isDue: isOver }), ...repeated };
}

function hasSecondAttempt({ steps }: OrderDocument): boolean {
  return steps.some(({ attempts }) => attempts.length >= 2);
}

/** How many orders it took, where it may take more than one. */
function settlingNotes(
  { settlingMs }: Target,
  probes: number,
  ended: Pick<Settled<EndedOrder>, 'attempts' | 'isSettled'> | undefined,
): readonly string[] {
  if (settlingMs === 0) return [];
  const before = `orders until the stack worked before: ${probes}`;
  if (ended === undefined) return [before];
  const { attempts, isSettled } = ended;
  return [
    before,
    isSettled ? `orders until the fault was met: ${attempts}` : `orders, none of which met the fault: ${attempts}`,
  ];
}

async function readEffects({ stores }: Target, executionId: string, itemId: string): Promise<Effects> {
  const [slot, payment] = await Promise.all([
    new StockStore({ objects: stores.appStore }).slot(executionId, itemId),
    new Ledger({ objects: stores.appStore }).find(executionId),
  ]);
  return { unitsHeld: slot.units, isStockClosed: slot.isClosed, payment: payment?.status ?? 'none' };
}
