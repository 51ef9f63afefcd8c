import { describe, expect, it } from 'vitest';
import { planLoad } from '../../../demo/load/load-plan.ts';
import { summarize } from '../../../demo/load/load-summary.ts';
import { planFaults } from '../../../demo/faults/fault-plan.ts';
import { aDeployment } from './a-deployment.ts';
import { aFailedOrder, aFailureDocument, aSucceededOrder } from './an-order-document.ts';

const OPTIONS = { orders: 1_000, concurrency: 16, failing: 0.2, seed: 7 };
/** S3 takes bucket policies of 20 KB at most; the names of buckets in an account are up to 63 characters. */
const MOST_POLICY_BYTES = 20 * 1024;

describe('the plan of a load', () => {
  it('is the same for the same seed and another for another', () => {
    const orders = (seed: number) => planLoad({ ...OPTIONS, seed }, 'run').orders;
    expect(orders(7)).toEqual(orders(7));
    expect(orders(7)).not.toEqual(orders(8));
  });

  it('fails nothing when no share is to fail', () => {
    const plan = planLoad({ ...OPTIONS, failing: 0 }, 'run');
    expect(plan.faults).toEqual([]);
    expect(plan.orders.filter(({ rejectedAs }) => rejectedAs !== undefined)).toEqual([]);
  });

  it.each([0.2, 1])('fails about the share that is asked for: %d', (failing) => {
    const plan = planLoad({ ...OPTIONS, failing }, 'run');
    const ids = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));
    const outcomes = plan.orders.flatMap((order, index) => plan.expectedStatus(order, `id-${ids[index % 256]}`));
    const share = outcomes.filter((status) => status === 'FAILED').length / outcomes.length;
    // Causes overlap, so of those that all should fail some fail twice and others not at all.
    expect(share).toBeGreaterThan(failing * 0.7);
    expect(share).toBeLessThanOrEqual(failing * 1.15);
  });

  it('orders one and the same item half of the time', () => {
    const { orders, items } = planLoad(OPTIONS, 'run');
    const favourite = orders.filter(({ request }) => request.itemId === items[0]?.itemId).length;
    expect(favourite / orders.length).toBeGreaterThan(0.45);
    expect(favourite / orders.length).toBeLessThan(0.55);
  });

  it('breaks payment after it has charged: only the record of the step is denied', () => {
    const { faults } = planLoad(OPTIONS, 'run');
    const payment = faults.find(({ step }) => step === 'payment');
    expect(payment).toMatchObject({ kind: 'denied', store: 'stateStorage', actions: ['s3:PutObject'] });
    for (const key of payment?.kind === 'denied' ? payment.keys : []) {
      expect(key).toMatch(/^executions\/\*[0-9a-f]{2}\/payment\.json$/);
    }
  });

  it('fits the policy of a bucket into what S3 takes, whatever the share', () => {
    const { faults } = planLoad({ ...OPTIONS, failing: 1 }, 'run');
    const calls = planFaults(
      aDeployment(),
      faults.filter(({ step }) => step === 'payment'),
    );
    const confirmOrder = faults.find(({ step }) => step === 'confirm-order');
    expect(JSON.stringify(calls).length + JSON.stringify(confirmOrder).length + 153 * 63).toBeLessThan(
      MOST_POLICY_BYTES,
    );
  });
});

describe('the summary of a load', () => {
  const planned = planLoad({ ...OPTIONS, orders: 1 }, 'run').orders[0];
  if (planned === undefined) throw new Error('no order was planned');
  const finished = (order = aSucceededOrder(), executionIds = ['one'], mayMissFaults = false) => ({
    planned,
    executionIds,
    order,
    mayMissFaults,
  });
  const fails = { expectedStatus: () => 'FAILED' as const };

  it('reports an order that went through though the faults were in force', () => {
    expect(planned.rejectedAs).toBeUndefined();
    const { problems, missedFaults } = summarize([finished(), finished(aFailedOrder())], fails, 1_000);
    expect(problems).toEqual([expect.stringContaining('ended SUCCEEDED, expected FAILED')]);
    expect(missedFaults).toBe(0);
  });

  it('counts apart the orders that went through before the faults had to be in force', () => {
    const early = finished(undefined, ['one'], true);
    expect(summarize([early, finished(aFailedOrder())], fails, 1_000)).toMatchObject({ problems: [], missedFaults: 1 });
  });

  it('reports faults that no order ever met', () => {
    const { problems } = summarize([finished(undefined, ['one'], true)], fails, 1_000);
    expect(problems).toEqual([expect.stringContaining('none of the 1 orders')]);
  });

  it('reports an order that did not end as it had to', () => {
    const { problems } = summarize([finished(aFailedOrder())], { expectedStatus: () => 'SUCCEEDED' }, 1_000);
    expect(problems).toEqual([expect.stringContaining('ended FAILED, expected SUCCEEDED')]);
  });

  it('reports a key that became two executions', () => {
    const { problems } = summarize([finished(undefined, ['one', 'two'])], { expectedStatus: () => 'SUCCEEDED' }, 1_000);
    expect(problems).toEqual([expect.stringContaining('one, two')]);
  });

  it('counts orders by status and by the kind of their failure', () => {
    const declined = aFailedOrder({ failure: { ...aFailureDocument({ kind: 'REJECTED' }), step: 'payment' } });
    const summary = summarize(
      [finished(), finished(), finished(declined)],
      { expectedStatus: (_, id) => (id === '' ? 'FAILED' : 'SUCCEEDED') },
      2_000,
    );
    expect(summary).toMatchObject({
      orders: 3,
      byStatus: { SUCCEEDED: 2, FAILED: 1 },
      byFailureKind: { REJECTED: 1 },
      ordersPerSecond: 1.5,
      latencyMs: { p50: 250, p99: 900 },
    });
  });
});
