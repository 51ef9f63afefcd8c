import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EventQueue, QueueFullError, type QueuedEvent } from '../../../local/lambda/event-queue.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:payment';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queue-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function openQueue(limits = { eventsPerFunction: 1000, bytes: 1_000_000_000 }): EventQueue {
  const queue = new EventQueue(folder, limits);
  queue.open();
  return queue;
}

function anEvent(changes: Partial<QueuedEvent> = {}): QueuedEvent {
  return { id: 'one', functionArn: ARN, enqueuedAt: 5, payload: '{"a":1}', attempts: 0, notBefore: 0, ...changes };
}

test('a successor finds what was queued and what was under way, although nobody closed the queue', () => {
  const queue = openQueue();
  queue.put(anEvent({ id: 'under way' }));
  queue.put(anEvent({ id: 'waiting' }));
  queue.put(anEvent({ id: 'done' }));
  queue.take(ARN, 0);
  queue.end('done');

  const successor = openQueue();
  expect(successor.waiting(ARN)).toBe(2);
  expect([successor.take(ARN, 0)?.id, successor.take(ARN, 0)?.id]).toEqual(['under way', 'waiting']);
  expect(successor.take(ARN, 0)).toBeUndefined();
});

test('a successor knows how often an event was tried, and until when it waits', () => {
  const queue = openQueue();
  queue.put(anEvent());
  queue.wait({ ...anEvent(), attempts: 1 }, 100);

  const successor = openQueue();
  expect(successor.take(ARN, 99)).toBeUndefined();
  expect(successor.nextDueAt(ARN)).toBe(100);
  expect(successor.take(ARN, 100)).toEqual(anEvent({ attempts: 1, notBefore: 100 }));
});

test('events come in the order in which they were put, delayed ones when they are due', () => {
  const queue = openQueue();
  queue.put(anEvent({ id: 'late', notBefore: 20 }));
  queue.put(anEvent({ id: 'soon', notBefore: 10 }));
  queue.put(anEvent({ id: 'now' }));
  expect(queue.take(ARN, 0)?.id).toBe('now');
  expect(queue.take(ARN, 0)).toBeUndefined();
  expect([queue.take(ARN, 20)?.id, queue.take(ARN, 20)?.id]).toEqual(['soon', 'late']);
});

test.for([
  ['as many events as a function may have', { eventsPerFunction: 2, bytes: 1_000_000 }],
  ['as many bytes as all may have', { eventsPerFunction: 100, bytes: 700 }],
] as const)('refuses an event beyond %s', ([, limits]) => {
  const queue = openQueue(limits);
  queue.put(anEvent({ id: '1' }));
  queue.put(anEvent({ id: '2' }));
  expect(() => queue.put(anEvent({ id: '3' }))).toThrow(QueueFullError);
  queue.end('1');
  expect(() => queue.put(anEvent({ id: '3' }))).not.toThrow();
});

test('the file does not grow with what is done, and keeps an old event that is not', () => {
  const queue = openQueue();
  queue.put(anEvent({ id: 'old' }));
  const payload = JSON.stringify('x'.repeat(10_000));
  for (let n = 0; n < 5000; n += 1) {
    queue.put(anEvent({ id: String(n), payload }));
    queue.end(String(n));
  }
  const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  expect(bytes).toBeLessThan(14 * 1024 * 1024);
  const successor = openQueue();
  expect(successor.waiting(ARN)).toBe(1);
  expect(successor.take(ARN, 0)?.id).toBe('old');
});
