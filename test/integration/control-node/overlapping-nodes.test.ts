import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runLoad } from '../../../demo/load/run-load.ts';
import { OrdersApi } from '../../../demo/orders-api.ts';
import { allHold, checkInvariants } from '../../../demo/state/invariants.ts';
import { readState } from '../../../demo/state/read-state.ts';
import { openTarget, type Target } from '../../../demo/target.ts';
import { CAN_BOOT } from './first-boot.ts';
import type { Service } from './service.ts';
import { StackWithNode } from './stack-with-node.ts';

const LOAD = { orders: 60, concurrency: 8, failing: 0.4, seed: 20_261_124 };
/** After how many orders have ended the second node is started, and the first one killed. */
const SECOND_STARTS_AFTER = 8;
const FIRST_DIES_AFTER = 40;
/** No more orders are placed before both nodes are there, however slow the machine: the others end between the two. */
const ALONE_AT_MOST = 25;

interface Node {
  readonly coordinator: Service;
  readonly monitor: Service;
}

/** Asks the nodes in turn, dead or alive, as a client does that finds several addresses under one name. */
class OrdersApiOfNodes extends OrdersApi {
  readonly nodes: OrdersApi[] = [];
  second: Promise<unknown> | undefined;
  #asked = 0;
  #submitted = 0;

  override async requestOnce(...request: Parameters<OrdersApi['requestOnce']>) {
    const node = this.nodes[this.#asked++ % this.nodes.length];
    if (node === undefined) throw new Error('there is no node');
    return node.requestOnce(...request);
  }

  override async submit(...order: Parameters<OrdersApi['submit']>) {
    if (this.#submitted++ >= ALONE_AT_MOST) await this.second;
    return super.submit(...order);
  }
}

const { signal } = new AbortController();
let stack: StackWithNode;
let target: Target;
let api: OrdersApiOfNodes;
const nodes: Node[] = [];

beforeAll(async () => {
  stack = await StackWithNode.deploy();
  api = new OrdersApiOfNodes('of any node', signal);
  const { coordinator } = await startNode();
  const { stackName } = stack.aws;
  target = await openTarget({ url: coordinator.url, aws: stack.access, stackName, settlingMs: 0, signal });
});

afterAll(async () => {
  await stack.remove();
  await target.close();
});

/** Nodes have nothing in common but the stack; on one machine each has ports of its own. */
async function startNode(): Promise<Node> {
  const start = async (name: 'coordinator' | 'monitor') => {
    const service = await stack.start(name, { port: 0 });
    await service.untilReady();
    return service;
  };
  const [coordinator, monitor] = await Promise.all([start('coordinator'), start('monitor')]);
  const node = { coordinator, monitor };
  nodes.push(node);
  api.nodes.push(new OrdersApi(coordinator.url, signal));
  return node;
}

function recoveredBy(node: Node | undefined): readonly unknown[] {
  const lines = node?.monitor.logLines.filter(({ message }) => message === 'execution recovered') ?? [];
  return lines.map(({ executionId }) => executionId);
}

// Each test looks at what the first one left.
describe.runIf(CAN_BOOT).sequential('two control nodes at once', { shuffle: false }, () => {
  it('end every order as it should end, though the first one is killed in the middle and never comes back', async () => {
    const [first] = nodes;
    let dying: Promise<unknown> | undefined;
    const summary = await runLoad(LOAD, { ...target, api }, ({ finished }) => {
      if (finished === SECOND_STARTS_AFTER) api.second = startNode();
      if (finished === FIRST_DIES_AFTER) dying = Promise.all([first?.coordinator.kill(), first?.monitor.kill()]);
    });
    await dying;
    expect(nodes).toHaveLength(2);
    expect(await first?.monitor.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(summary).toMatchObject({ orders: LOAD.orders, problems: [] });
    expect(summary.byStatus).toHaveProperty('FAILED');
  });

  it('share the work, and nothing is done twice', async () => {
    const [first, second] = nodes.map(recoveredBy);
    expect(first).not.toEqual([]);
    expect(second).not.toEqual([]);
    const all = [...(first ?? []), ...(second ?? [])];
    expect(all).toHaveLength(new Set(all).size);
  });

  it('leave balanced books', async () => {
    const report = checkInvariants(await readState(target.stores));
    expect(report).toMatchObject(Object.fromEntries(Object.keys(report).map((name) => [name, { violations: [] }])));
    expect(allHold(report)).toBe(true);
  });

  it('write nothing that a human should look at: each takes the other for granted', () => {
    for (const { stderr, logLines } of nodes.flatMap(({ coordinator, monitor }) => [coordinator, monitor])) {
      expect(logLines.filter(({ level }) => level === 'error')).toEqual([]);
      expect(stderr).toBe('');
    }
  });
});
