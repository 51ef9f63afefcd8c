import { StockStore } from '../../booking/stock-store.ts';
import type { Target } from '../target.ts';
import { badRequests, refusalFaults } from './bad-requests.ts';
import type { ScenarioResult } from './outcome.ts';
import type { BadOrderScenario } from './scenario.ts';
import { putItem } from './scenario-item.ts';

/** Sends what is no order and looks whether anything came of it. */
export async function runBadOrder(scenario: BadOrderScenario, target: Target): Promise<ScenarioResult> {
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

async function countOrders({ stores }: Target): Promise<number> {
  let orders = 0;
  for await (const _order of stores.appStore.list('orders/')) orders += 1;
  return orders;
}
