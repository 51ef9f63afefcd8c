import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ledger } from '../../booking/ledger.ts';
import { StockStore } from '../../booking/stock-store.ts';
import { confirmOrder } from '../../lambdas/confirm-order/confirm-order.ts';
import { payment } from '../../lambdas/payment/payment.ts';
import { step } from '../../lambdas/step.ts';
import { observe } from '../../monitor/classifier/classifier.ts';
import { orderKey, stepRecordKey } from '../../workflow/keys.ts';
import { aTriggerEvent } from '../support/a-trigger-event.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../support/memory-s3.ts';
import { nodeLine } from '../support/simulated-lines.ts';
import { aCoordinator, NOW, ORDER, withTickets, type TestCoordinator } from '../unit/coordinator/a-coordinator.ts';
import { seeds } from './conditions.ts';
import { FAILURES_TOLD, hostileLines, hostileText, TIES_TOLD } from './hostile-text.ts';

const [SEED = 0] = seeds(1);
const REQUESTS = 1_000;
const OWN_REQUEST = '11111111-1111-4111-8111-111111111111';
const OWN_STREAM = '2026/01/01/payment[$LATEST]0123456789abcdef0123456789abcdef';
const VICTIM = {
  executionId: '019b796d-d800-7000-8000-000000000001',
  step: 'payment',
  attempt: 1,
  requestId: '99999999-9999-4999-8999-999999999999',
  streamName: OWN_STREAM,
} as const;

const typed = fc
  .oneof(hostileText([...FAILURES_TOLD, ...TIES_TOLD]), hostileLines([...FAILURES_TOLD, ...TIES_TOLD]))
  .map((text) => text([VICTIM]));
/** Also of a length that a field takes. */
const text = fc.oneof(
  typed,
  typed.map((long) => long.slice(0, 200)),
  typed.map((long) => `pm_${long.slice(0, 60)}`),
);
const field = fc.constantFrom('itemId', 'quantity', 'paymentMethod', 'customer', 'no-such-field');

it(`hostile text in an order is refused, or stands in no line of a log as anything but text (SEED=${SEED})`, async () => {
  const coordinator = await withTickets(await aCoordinator());
  await coordinator.items.put({ itemId: 'ticket', name: 'Ticket', price: 4500, currency: 'EUR', units: 10 * REQUESTS });
  const answers = new Map<number, number>();
  for (const [name, value] of fc.sample(fc.tuple(field, text), { numRuns: REQUESTS, seed: SEED })) {
    const answer = await coordinator.send('POST', '/orders', { ...ORDER, [name]: value });
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
    const { orderId } = (await answer.json()) as { readonly orderId?: string };
    if (answer.status !== 202 || orderId === undefined) continue;
    const lines = await linesOf(coordinator, orderId);
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) {
      const observation = observe({ message: line });
      expect(observation).toMatchObject({ requestId: OWN_REQUEST, line: { executionId: orderId } });
      expect(line).not.toContain(VICTIM.requestId);
    }
  }
  expect([...answers.keys()].filter((status) => ![202, 400, 413, 422].includes(status))).toEqual([]);
  expect(answers.get(202)).toBeGreaterThan(REQUESTS / 20);
  expect(coordinator.logger.events.filter(({ fields }) => JSON.stringify(fields).includes(VICTIM.requestId))).toEqual(
    [],
  );
});

/** What the functions log of an order. */
async function linesOf(
  { store, appStore, stateStorage }: TestCoordinator,
  orderId: string,
): Promise<readonly string[]> {
  const lines: string[] = [];
  const run = async (name: string, bucket: string, key: string, logic: Parameters<typeof step>[1]) => {
    const log = (line: object) => lines.push(nodeLine(NOW, OWN_REQUEST, 'INFO', JSON.stringify(line)));
    await step({ name, store, clock: { now: () => NOW }, log }, logic)(aTriggerEvent(bucket, key, { at: NOW }), {
      awsRequestId: OWN_REQUEST,
      logStreamName: OWN_STREAM,
    });
  };
  const stock = new StockStore({ objects: appStore });
  await run('confirm-order', APP_STORE_BUCKET, orderKey(orderId), confirmOrder({ appStore, stock }));
  const provider = new Ledger({ objects: appStore });
  const confirmation = stepRecordKey(orderId, 'confirm-order');
  await run('payment', STATE_STORAGE_BUCKET, confirmation, payment({ stateStorage, provider }));
  return lines;
}
