import { describe, expect, it } from 'vitest';
import { describeUndoing } from '../../../web/booking/describe-undoing.ts';
import { logLink, objectLink } from '../../../web/execution/console-links.ts';
import { graphOf } from '../../../web/execution/graph/graph-of.ts';
import { changesOf } from '../../../web/execution/timeline/changes-of.ts';
import { percentAt, ticksOf } from '../../../web/execution/timeline/scale.ts';
import { readOrderId } from '../../../web/executions/read-order-id.ts';
import { formatDuration } from '../../../web/format/duration.ts';
import { formatInstant } from '../../../web/format/instant.ts';
import { formatMoney } from '../../../web/format/money.ts';
import { describeBooking } from '../../../web/parts/booking-of.ts';
import { addressOf, parseRoute, type Route } from '../../../web/route.ts';

const ID = '019a8c5e-3b7a-7c41-9f0e-2d6b8a4c1e57';

describe('an address', () => {
  it.each<Route>([
    { view: 'book' },
    { view: 'book', orderId: ID },
    { view: 'executions' },
    { view: 'executions', status: 'FAILED', failureKind: 'ACCESS_DENIED' },
    { view: 'execution', orderId: ID },
    { view: 'monitor' },
    { view: 'break' },
  ])('leads back to %j', (route) => {
    expect(parseRoute(addressOf(route))).toEqual(route);
  });

  it.each(['', '#', '#/', '#/nowhere', '#/%E0%A4%A', '#//'])('%j leads to where a visitor begins', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'book' });
  });

  it('keeps whatever an id holds out of its other parts', () => {
    const route: Route = { view: 'execution', orderId: '../x?y#z' };
    expect(parseRoute(addressOf(route))).toEqual(route);
  });
});

describe('a duration', () => {
  it.each([
    [0, '0 ms'],
    [99.4, '99 ms'],
    [99.6, '0.10 s'],
    [480, '0.48 s'],
    [9_994, '9.99 s'],
    [9_996, '10.0 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min 00 s'],
    [245_000, '4 min 05 s'],
    [3_600_000, '1 h 00 min'],
    [11_520_000, '3 h 12 min'],
    [-480, '−0.48 s'],
  ])('of %d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

describe('an instant', () => {
  const now = new Date(2026, 10, 23, 18, 0, 0).getTime();
  it('of today is its time', () => {
    expect(formatInstant(new Date(2026, 10, 23, 7, 4, 9).toISOString(), now)).toBe('07:04:09');
  });
  it('of another day has its date', () => {
    expect(formatInstant(new Date(2026, 0, 2, 7, 4, 9).toISOString(), now)).toBe('2026-01-02 07:04:09');
  });
  it('that is none stays as it is', () => {
    expect(formatInstant('<b>', now)).toBe('<b>');
  });
});

it.each([
  [4500, 'EUR', '€45.00'],
  [4500, 'JPY', '¥4,500'],
  [4500, 'XXXX', '4500 XXXX'],
])('%d minor units of %s are %s', (minorUnits, currency, text) => {
  expect(formatMoney(minorUnits, currency)).toBe(text);
});

describe('a booking in an input', () => {
  it('is described as far as it is one', () => {
    const input = { itemId: 'ticket', quantity: 2, total: 9000, currency: 'EUR', customer: 'Ada' };
    expect(describeBooking(input)).toBe('2 × ticket, €90.00, for Ada');
    expect(describeBooking({ itemId: 'ticket', quantity: 2 })).toBe('2 × ticket');
  });
  it.each([undefined, null, 'text', 7, [], {}, { itemId: 1, quantity: 1 }])('%j is none', (input) => {
    expect(describeBooking(input)).toBeUndefined();
  });
});

describe('what was undone', () => {
  const close = { handler: 'close-stock-slot', step: 'confirm-order' };
  const cancel = { handler: 'cancel-payment', step: 'payment' };
  it.each([
    [{ ...close, before: { units: 1 } }, 'The unit that was held is for sale again.'],
    [{ ...close, before: { units: 3 } }, 'The 3 units that were held are for sale again.'],
    [{ ...close, before: { units: 0 } }, 'No unit was held, and none can be any more.'],
    [close, 'No unit was held, and none can be any more.'],
    [{ ...cancel, before: { status: 'captured' } }, 'The payment was cancelled.'],
    [{ ...cancel, before: { status: 'none' } }, 'Nothing was charged, and nothing can be any more.'],
    [{ handler: 'tell-hotel', step: 'confirm-order' }, 'confirm-order was undone by tell-hotel.'],
  ])('of %j is told to a customer', (action, text) => {
    expect(describeUndoing(action)).toBe(text);
  });
});

describe('an id that somebody looks for', () => {
  it.each([ID, ` ${ID.toUpperCase()} `, `executions/${ID}/payment.json`, `http://localhost/#/executions/${ID}`])(
    'is found in %j',
    (text) => {
      expect(readOrderId(text)).toBe(ID);
    },
  );
  it.each(['', 'x', ID.slice(1), '019a8c5e-3b7a-4c41-9f0e-2d6b8a4c1e57'])('is not in %j', (text) => {
    expect(readOrderId(text)).toBeUndefined();
  });
});

describe('before and after', () => {
  it('are compared member by member', () => {
    expect(changesOf({ units: 2, isClosed: false, itemId: 'x' }, { units: 0, isClosed: true, itemId: 'x' })).toEqual([
      { name: 'units', before: '2', after: '0', isChanged: true },
      { name: 'isClosed', before: 'false', after: 'true', isChanged: true },
      { name: 'itemId', before: 'x', after: 'x', isChanged: false },
    ]);
  });
  it('show what was not there, or is not any more', () => {
    expect(changesOf({ gone: 1 }, { come: { deep: [1] } })).toEqual([
      { name: 'gone', before: '1', after: '', isChanged: true },
      { name: 'come', before: '', after: '{"deep":[1]}', isChanged: true },
    ]);
  });
  it.each([
    [undefined, { a: 1 }],
    ['text', ['list']],
    [null, 7],
  ])('are shown whole when one is no object: %j, %j', (before, after) => {
    expect(changesOf(before, after)).toHaveLength(1);
  });
  it('know a member called like something that every object has', () => {
    expect(changesOf({}, JSON.parse('{"constructor":1}'))).toEqual([
      { name: 'constructor', before: '', after: '1', isChanged: true },
    ]);
  });
});

describe('the axis', () => {
  it.each([
    [620, [0, 200, 400, 600]],
    [1_540, [0, 500, 1000, 1500]],
    [11_200, [0, 2000, 4000, 6000, 8000, 10_000]],
    [90_000, [0, 15_000, 30_000, 45_000, 60_000, 75_000, 90_000]],
    [3, [0, 1, 2, 3]],
    [0, [0]],
  ])('of %d ms has round ticks', (durationMs, offsets) => {
    expect(ticksOf(durationMs).map(({ offsetMs }) => offsetMs)).toEqual(offsets);
  });
  it('has seven ticks at most, however long it is', () => {
    for (let durationMs = 1; durationMs < 1e11; durationMs *= 1.7) {
      expect(ticksOf(durationMs).length).toBeLessThanOrEqual(7);
      expect(ticksOf(durationMs).length).toBeGreaterThanOrEqual(2);
    }
  });
  it('places an instant in percent, and never outside', () => {
    const range = { fromAt: 1000, toAt: 2000 };
    expect([500, 1000, 1250, 2000, 9000].map((at) => percentAt(at, range))).toEqual([0, 0, 25, 100, 100]);
    expect(percentAt(5, { fromAt: 5, toAt: 5 })).toBe(0);
  });
});

describe('the graph', () => {
  const at = (steps: Parameters<typeof graphOf>[0]) =>
    graphOf(steps).map(({ name, depth, row, rise }) => [name, depth, row, rise]);
  it('of a chain is a row', () => {
    expect(at([{ name: 'a' }, { name: 'b', after: 'a' }, { name: 'c', after: 'b' }])).toEqual([
      ['a', 0, 0, 0],
      ['b', 1, 0, 0],
      ['c', 2, 0, 0],
    ]);
  });
  it('of a tree begins a row for each branch but the first, and says how far up its line goes', () => {
    const steps = [
      { name: 'a' },
      { name: 'b', after: 'a' },
      { name: 'c', after: 'a' },
      { name: 'd', after: 'b' },
      { name: 'e', after: 'a' },
    ];
    expect(at(steps)).toEqual([
      ['a', 0, 0, 0],
      ['b', 1, 0, 0],
      ['c', 1, 1, 1],
      ['d', 2, 0, 0],
      ['e', 1, 2, 2],
    ]);
  });
  it('of two steps that the order starts has two rows', () => {
    expect(at([{ name: 'a' }, { name: 'b' }])).toEqual([
      ['a', 0, 0, 0],
      ['b', 0, 1, 1],
    ]);
  });
});

describe('a link to a console', () => {
  const consoles = { region: 'eu-central-1', appStore: 'app', stateStorage: 'state', logGroup: '/aws/steps A' };
  it('leads to an object in S3', () => {
    expect(objectLink(consoles, 'state', `executions/${ID}/payment.json`)).toBe(
      `https://eu-central-1.console.aws.amazon.com/s3/object/state?region=eu-central-1&prefix=executions%2F${ID}%2Fpayment.json`,
    );
  });
  it('leads to the lines of a request in CloudWatch, from a minute before', () => {
    expect(logLink(consoles, 'r-1', 1_000_000)).toBe(
      'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#logsV2:log-groups/log-group/' +
        '$252Faws$252Fsteps$2520A/log-events$3FfilterPattern$3D$2522r-1$2522$26start$3D940000',
    );
  });
  it.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/'],
    ['us-gov-west-1', 'https://console.amazonaws-us-gov.com/'],
  ])('leads to the console of the partition of %s', (region, host) => {
    expect(objectLink({ ...consoles, region }, 'b', 'k').startsWith(host)).toBe(true);
  });
});
