import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Ledger } from '../../booking/ledger.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { hasEnded, type OrderDocument } from '../order-document.ts';
import type { OrderRequest } from '../orders-api.ts';
import type { Target } from '../target.ts';
import { badRequests, refusalFaults } from './bad-requests.ts';
import { differences, judgedFailure, timesOf, type Effects, type ScenarioResult } from './outcome.ts';
import type { BadOrderScenario, OrderScenario, Scenario, Surroundings } from './scenario.ts';
import { UNITS_OF_AN_ITEM } from './scenarios.ts';

const LOOK_AGAIN_MS = 100;
/** Far above the longest scenario: three deadlines, on an account with minutes of slack for late logs. */
const END_TIMEOUT_MS = 15 * 60_000;

/** Runs one scenario with a real order on its own item. What differs is in the result; it throws only where it cannot go on. */
export function runScenario(scenario: Scenario, target: Target, surroundings: Surroundings): Promise<ScenarioResult> {
  return scenario.kind === 'order' ? runOrder(scenario, target, surroundings) : runBadOrder(scenario, target);
}

async function runOrder(scenario: OrderScenario, target: Target, surroundings: Surroundings): Promise<ScenarioResult> {
  const { api, faults } = target;
  const itemId = await putItem(scenario.name, target);
  const order: OrderRequest = { itemId, quantity: scenario.quantity, paymentMethod: scenario.paymentMethod };
  const planned = scenario.faults(surroundings);
  const key = randomUUID();
  let executionId: string;
  let ended: OrderDocument;
  const problems: string[] = [];
  const notes: string[] = [];
  try {
    await faults.inject(planned);
    executionId = await api.submit(order, key);
    if (scenario.isSentTwice) {
      const repeated = await sendAgain(target, order, key, executionId);
      problems.push(...repeated.problems);
      notes.push(...repeated.notes);
    }
    if (scenario.repairedOnce !== 'ended') {
      await untilOrder(target, executionId, (document) => hasEnded(document) || isRepairDue(document, scenario));
      await faults.restore(planned);
    }
    ended = await untilOrder(target, executionId, hasEnded);
  } finally {
    if (scenario.repairedOnce === 'ended') await faults.restore(planned);
  }
  const effects = await readEffects(target, executionId, itemId);
  problems.push(...differences(ended, scenario.expected, effects, scenario.quantity));
  const failure = judgedFailure(ended);
  return {
    name: scenario.name,
    executionId,
    expected: scenario.expected.status,
    status: ended.status,
    failureKind: failure?.kind ?? null,
    signal: failure?.signal ?? null,
    ...timesOf(ended),
    ok: problems.length === 0,
    problems,
    order: ended,
    notes,
  };
}

/** One execution for one key, and another body under the same key is refused. */
async function sendAgain(target: Target, order: OrderRequest, key: string, executionId: string) {
  const again = await target.api.submit(order, key);
  const other = await target.api.request(
    'POST',
    '/orders',
    JSON.stringify({ ...order, quantity: order.quantity + 1 }),
    { 'idempotency-key': key },
  );
  const problems = [
    ...(again === executionId ? [] : [`the same order with the same key became another execution, ${again}`]),
    ...(other.status === 422 ? [] : [`another body with the same key was answered with ${other.status}, expected 422`]),
  ];
  return {
    problems,
    notes:
      problems.length > 0
        ? []
        : ['the same order sent again with its key: the same execution; another body with the key: refused (422)'],
  };
}

function isRepairDue(document: OrderDocument, { repairedOnce }: OrderScenario): boolean {
  const [first, second] = document.steps;
  if (repairedOnce === 'first-step-done') return first?.status === 'SUCCEEDED';
  return (second?.attempts.length ?? 0) >= 2;
}

async function runBadOrder(scenario: BadOrderScenario, target: Target): Promise<ScenarioResult> {
  const { api, stores } = target;
  const itemId = await putItem(scenario.name, target);
  const before = await countOrders(target);
  const problems: string[] = [];
  const notes: string[] = [];
  for (const bad of badRequests(itemId)) {
    const answer = await api.request('POST', '/orders', bad.body);
    problems.push(...refusalFaults(bad, answer));
    const { title = '', detail = '' } = (answer.body ?? {}) as { title?: string; detail?: string };
    notes.push(`${bad.name}: HTTP status code ${answer.status}, ${title}: ${detail}`.slice(0, 160));
  }
  const after = await countOrders(target);
  if (after !== before) problems.push(`${after - before} orders were taken`);
  const held = await new StockStore({ objects: stores.appStore }).units(itemId);
  if (held?.held !== 0) problems.push(`${held?.held} units are held for no order`);
  const status = problems.length === 0 ? 'REFUSED' : 'ACCEPTED';
  return {
    name: scenario.name,
    executionId: null,
    expected: 'REFUSED',
    status,
    failureKind: null,
    signal: null,
    detectedMs: null,
    recoveredMs: null,
    ok: problems.length === 0,
    problems,
    notes,
  };
}

/** An item of this run alone: what an earlier run sold does not count, and nobody else buys it. */
async function putItem(name: string, { api }: Target): Promise<string> {
  const itemId = `demo-${name}-${randomBytes(4).toString('hex')}`;
  await api.putItem({ itemId, name: `Demo: ${name}`, price: 4_500, currency: 'EUR', units: UNITS_OF_AN_ITEM });
  return itemId;
}

async function untilOrder(
  target: Target,
  executionId: string,
  isDue: (document: OrderDocument) => boolean,
): Promise<OrderDocument> {
  const until = Date.now() + END_TIMEOUT_MS;
  for (;;) {
    target.signal.throwIfAborted();
    const document = await target.api.read(executionId);
    if (isDue(document)) return document;
    if (Date.now() > until)
      throw new Error(`order ${executionId} is still ${document.status} after ${END_TIMEOUT_MS / 60_000} minutes`);
    await pause(LOOK_AGAIN_MS);
  }
}

async function readEffects({ stores }: Target, executionId: string, itemId: string): Promise<Effects> {
  const [slot, payment] = await Promise.all([
    new StockStore({ objects: stores.appStore }).slot(executionId, itemId),
    new Ledger({ objects: stores.appStore }).find(executionId),
  ]);
  return { unitsHeld: slot.units, isStockClosed: slot.isClosed, payment: payment?.status ?? 'none' };
}

async function countOrders({ stores }: Target): Promise<number> {
  let orders = 0;
  for await (const _order of stores.appStore.list('orders/')) orders += 1;
  return orders;
}
