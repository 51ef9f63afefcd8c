import { demoItemId } from '../demo-items.ts';
import type { Fault } from '../faults/fault.ts';
import type { NewItem, OrderRequest } from '../orders-api.ts';
import type { LoadOptions } from '../options.ts';
import { seededRandom, shuffled } from './seeded-random.ts';

/** Which orders a load consists of and which of them fail: all of it follows from the seed and the execution ids. */
export interface LoadPlan {
  readonly items: readonly NewItem[];
  readonly orders: readonly PlannedOrder[];
  /** In effect during the whole load. */
  readonly faults: readonly Extract<Fault, { kind: 'denied' }>[];
  /** What an order's own request makes of it, and what the faults make of its execution. */
  readonly expectedStatus: (order: PlannedOrder, executionId: string) => 'SUCCEEDED' | 'FAILED';
}

export interface PlannedOrder {
  readonly request: OrderRequest;
  readonly rejectedAs: 'sold-out' | 'declined' | undefined;
  /** The request is sent a second time at once, with the same key. */
  readonly isSentTwice: boolean;
}

/** How the failing share is made up; the sum is 1. */
const PAYMENT_FAILS = 0.4;
const CONFIRM_ORDER_FAILS = 0.2;
const DECLINED = 0.25;
const SOLD_OUT = 0.15;

const SENT_TWICE = 0.1;
const OTHER_ITEMS = 8;
const SCARCE_UNITS = 2;
/** The last two hex digits of an execution id are random, and a policy can match them. */
const SUFFIXES = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

/** `runId` keeps the items of one run apart from another's. */
export function planLoad({ orders, failing, seed }: LoadOptions, runId: string): LoadPlan {
  const item = (name: string, units: number): NewItem => ({
    itemId: demoItemId(`load-${name}`, runId),
    name: `Load: ${name}`,
    price: 1_000,
    currency: 'EUR',
    units,
  });
  const favourite = item('favourite', orders);
  const others = Array.from({ length: OTHER_ITEMS }, (_, index) => item(`other-${index}`, orders));
  const scarce = item('scarce', SCARCE_UNITS);
  const [paymentSuffixes, confirmOrderSuffixes] = failingSuffixes(failing, seed);

  const random = seededRandom(seed, 'orders');
  const planned = Array.from({ length: orders }, (_, index): PlannedOrder => {
    const draw = random() / (failing || 1);
    const isDeclined = failing > 0 && draw < DECLINED;
    const isSoldOut = failing > 0 && !isDeclined && draw < DECLINED + SOLD_OUT;
    // Half of the orders are for one and the same item.
    const chosen = isSoldOut
      ? scarce
      : index % 2 === 0
        ? favourite
        : (others[Math.floor(random() * OTHER_ITEMS)] ?? favourite);
    return {
      request: {
        itemId: chosen.itemId,
        quantity: isSoldOut ? SCARCE_UNITS + 1 : 1,
        paymentMethod: isDeclined ? 'pm_card_chargeDeclined' : 'pm_card_visa',
      },
      rejectedAs: isDeclined ? 'declined' : isSoldOut ? 'sold-out' : undefined,
      isSentTwice: random() < SENT_TWICE,
    };
  });
  const failingIds = new Set([...paymentSuffixes, ...confirmOrderSuffixes]);
  return {
    items: [favourite, ...others, scarce],
    orders: planned,
    faults: [...denyRecord('payment', paymentSuffixes), ...denyRecord('confirm-order', confirmOrderSuffixes)],
    expectedStatus: ({ rejectedAs }, executionId) =>
      rejectedAs !== undefined || failingIds.has(executionId.slice(-2)) ? 'FAILED' : 'SUCCEEDED',
  };
}

function failingSuffixes(failing: number, seed: number): readonly [readonly string[], readonly string[]] {
  const drawn = shuffled(SUFFIXES, seededRandom(seed, 'suffixes'));
  const payment = Math.round(SUFFIXES.length * failing * PAYMENT_FAILS);
  const confirmOrder = Math.round(SUFFIXES.length * failing * CONFIRM_ORDER_FAILS);
  return [drawn.slice(0, payment), drawn.slice(payment, payment + confirmOrder)];
}

/**
 * The function may do everything but write its record: payment fails after it has charged, confirm-order after it has
 * taken units. That is when there is something to undo.
 */
function denyRecord(step: string, suffixes: readonly string[]): LoadPlan['faults'] {
  if (suffixes.length === 0) return [];
  return [
    {
      kind: 'denied',
      step,
      store: 'stateStorage',
      actions: ['s3:PutObject'],
      keys: suffixes.map((suffix) => `executions/*${suffix}/${step}.json`),
    },
  ];
}
