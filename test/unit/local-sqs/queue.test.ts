import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configurationOf } from '../../../local/sqs/queue-configuration.ts';
import { Queue } from '../../../local/sqs/queue.ts';
import { aMessage } from './a-message.ts';

function aQueue(retentionSeconds = 60): Queue {
  return new Queue(configurationOf({ name: 'failed-events', retentionSeconds }));
}

const keysOf = (messages: readonly { readonly key: string }[]): readonly string[] => messages.map(({ key }) => key);

test('messages that are visible come in the order in which they became so', () => {
  const queue = aQueue();
  queue.hold(aMessage({ key: 'c', visibleAt: 20 }));
  queue.hold(aMessage({ key: 'a', visibleAt: 10 }));
  queue.hold(aMessage({ key: 'b', visibleAt: 10 }));
  expect(keysOf(queue.firstVisible(9, 10))).toEqual([]);
  expect(keysOf(queue.firstVisible(19, 10))).toEqual(['a', 'b']);
  expect(keysOf(queue.firstVisible(20, 10))).toEqual(['a', 'b', 'c']);
  expect(keysOf(queue.firstVisible(20, 2))).toEqual(['a', 'b']);
  expect([queue.visibleCount(19), queue.inFlightCount(19), queue.nextVisibleAt(19)]).toEqual([2, 1, 20]);
  expect(queue.nextVisibleAt(20)).toBeUndefined();
});

test('a message that is held again is in its new place only', () => {
  const queue = aQueue();
  queue.hold(aMessage({ key: 'a' }));
  queue.hold(aMessage({ key: 'b' }));
  queue.hold(aMessage({ key: 'a', visibleAt: 5, receiveCount: 1 }));
  expect(keysOf(queue.firstVisible(5, 10))).toEqual(['b', 'a']);
  expect(queue.get('a')?.receiveCount).toBe(1);
});

test('messages expire by the time at which they were sent, whatever was dropped before', () => {
  const queue = aQueue();
  queue.hold(aMessage({ key: 'dropped', sentAt: 0 }));
  queue.hold(aMessage({ key: 'hidden', sentAt: 1000, visibleAt: 1e9 }));
  queue.hold(aMessage({ key: 'late', sentAt: 3000 }));
  queue.drop('dropped');
  expect(queue.expired(60_999)).toEqual([]);
  expect(keysOf(queue.expired(61_000))).toEqual(['hidden']);
  queue.drop('hidden');
  expect(queue.expired(62_999)).toEqual([]);
  expect(keysOf(queue.expired(63_000))).toEqual(['late']);
});

test('a shorter retention holds for the messages that are there', () => {
  const queue = aQueue(3600);
  queue.hold(aMessage());
  expect(queue.expired(60_000)).toEqual([]);
  queue.configuration = { ...queue.configuration, retentionSeconds: 60 };
  expect(queue.expired(60_000)).toHaveLength(1);
});

test('whatever is held, held again and dropped, the queue agrees with a sorted list', () => {
  const operation = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    visibleAt: fc.nat(5),
    isDrop: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 60 }), fc.nat(6), (operations, now) => {
      const queue = aQueue();
      let model: { readonly key: string; readonly visibleAt: number }[] = [];
      for (const { key, visibleAt, isDrop } of operations) {
        model = model.filter((each) => each.key !== key);
        if (isDrop) queue.drop(key);
        else {
          model.push({ key, visibleAt });
          queue.hold(aMessage({ key, visibleAt }));
        }
      }
      const sorted = model.toSorted((left, right) => left.visibleAt - right.visibleAt);
      expect(keysOf(queue.firstVisible(now, 100))).toEqual(keysOf(sorted.filter(({ visibleAt }) => visibleAt <= now)));
      expect(queue.visibleCount(now) + queue.inFlightCount(now)).toBe(model.length);
      expect(queue.nextVisibleAt(now)).toBe(sorted.find(({ visibleAt }) => visibleAt > now)?.visibleAt);
    }),
  );
});
