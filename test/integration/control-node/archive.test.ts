import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitOrder } from '../../../demo/await-order.ts';
import { hasEnded, type OrderDocument } from '../../../demo/order-document.ts';
import { OrdersApi, type OrderRequest } from '../../../demo/orders-api.ts';
import { createAwsClients } from '../../../laptop/aws-access.ts';
import { freePort, PortTakenError } from '../../../laptop/free-port.ts';
import { readControlNodeEnvironment } from '../../../laptop/stack-outputs.ts';
import { systemClock } from '../../../platform/clock.ts';
import { CAN_BOOT } from './first-boot.ts';
import type { Service } from './service.ts';
import { StackWithNode } from './stack-with-node.ts';

const ITEM = { itemId: 'concert-ticket', name: 'Concert ticket', price: 4_500, currency: 'EUR', units: 10 };

let stack: StackWithNode;
let coordinator: Service;
let monitor: Service;

beforeAll(async () => {
  stack = await StackWithNode.deploy();
  coordinator = await stack.start('coordinator', await portInsteadOf(8080));
  monitor = await stack.start('monitor', await portInsteadOf(8081));
});

afterAll(() => stack.remove());

/** The unit's own port, unless another program of this machine has it. */
async function portInsteadOf(port: number): Promise<{ port?: number }> {
  try {
    await freePort(port);
    return {};
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    process.stderr.write(`Port ${port} is taken on this machine: the unit that would listen there gets another one\n`);
    return { port: 0 };
  }
}

async function order(request: Partial<OrderRequest>): Promise<OrderDocument> {
  const { signal } = new AbortController();
  const api = new OrdersApi(coordinator.url, signal);
  const executionId = await api.submit(
    { itemId: ITEM.itemId, quantity: 2, paymentMethod: 'pm_card_visa', ...request },
    randomUUID(),
  );
  const target = { api, clock: systemClock, signal };
  return awaitOrder({ target, executionId, isDue: hasEnded, firstLookMs: 50, longestLookMs: 250 });
}

// What a control node does in its life, from the first boot to the last signal.
describe.runIf(CAN_BOOT).sequential('what is deployed on the control node', { shuffle: false }, () => {
  it('is told by its first boot exactly what the stack says in its output', async () => {
    const { cloudFormation, close } = createAwsClients(stack.access);
    const said = await readControlNodeEnvironment(cloudFormation, stack.aws.stackName);
    close();
    for (const { unit } of [coordinator, monitor]) {
      const { HOST, PORT, ...told } = unit.environment;
      expect(told).toEqual(said);
      expect(HOST).toBe('127.0.0.1');
      expect(PORT).toBe(unit === coordinator.unit ? '8080' : '8081');
    }
  });

  it('becomes ready as its units start it, with nothing beside the archive and the role of the node', async () => {
    await Promise.all([coordinator.untilReady(), monitor.untilReady()]);
    for (const service of [coordinator, monitor]) {
      expect(await service.readiness()).toMatchObject({ status: 200, body: { status: 'ok' } });
    }
  });

  it('takes an order, which succeeds', async () => {
    await new OrdersApi(coordinator.url, new AbortController().signal).putItem(ITEM);
    expect(await order({})).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('undoes an order whose card is declined', async () => {
    const { status, failure, recovery } = await order({ paymentMethod: 'pm_card_chargeDeclined' });
    expect(status).toBe('FAILED');
    expect(failure).toMatchObject({ step: 'payment', kind: 'REJECTED' });
    expect(recovery?.recoveredAt).toBeGreaterThan(0);
    expect(recovery?.actions?.map(({ step }) => step)).toEqual(['payment', 'confirm-order']);
  });

  it('ends in order within the time that its units give it', async () => {
    expect(await Promise.all([coordinator.stop(), monitor.stop()])).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });

  it('has complained of nothing in all this', () => {
    for (const { stderr, logLines } of [coordinator, monitor]) {
      expect(stderr).toBe('');
      expect(logLines.filter(({ level }) => level !== 'info')).toEqual([]);
    }
  });
});
