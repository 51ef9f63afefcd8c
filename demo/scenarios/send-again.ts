import type { OrderRequest } from '../orders-api.ts';
import type { Target } from '../target.ts';

/** One execution for one key, and another body under the same key is refused. */
export async function sendAgain(
  target: Pick<Target, 'api'>,
  order: OrderRequest,
  key: string,
  executionId: string,
): Promise<{ readonly problems: readonly string[]; readonly notes: readonly string[] }> {
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
