import { appendFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Message } from '../../../local/sqs/message.ts';
import { MessageFile } from '../../../local/sqs/message-file.ts';
import { aMessage } from './a-message.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'messages-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(): { readonly file: MessageFile; readonly found: readonly Message[] } {
  const file = new MessageFile(folder);
  return { file, found: file.open() };
}

function bytesOnDisk(): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

test('a successor finds every message as it was last, although nobody closed the file', () => {
  const { file } = open();
  for (const key of ['put', 'delivered', 'dropped', 'moved']) file.put(aMessage({ key }));
  const delivered = aMessage({ key: 'delivered', receiveCount: 2, firstReceivedAt: 5, visibleAt: 9 });
  file.deliver(delivered);
  file.drop('dropped');
  const moved = aMessage({ key: 'moved', queueName: 'dead' });
  file.put(moved);
  const expected = [aMessage({ key: 'put' }), delivered, moved];
  expect(open().found).toEqual(expected);
  expect(open().found).toEqual(expected);
});

test('a record that a kill cut in half is forgotten: nobody was told of it', () => {
  open().file.put(aMessage());
  appendFileSync(join(folder, readdirSync(folder).at(-1) ?? ''), '["drop","on');
  expect(open().found).toEqual([aMessage()]);
});

test('a start that was killed between writing the messages again and deleting the old segments loses and doubles nothing', () => {
  const { file } = open();
  for (const key of ['a', 'b']) file.put(aMessage({ key }));
  file.drop('a');
  const before = mkdtempSync(join(tmpdir(), 'messages-test-'));
  cpSync(folder, before, { recursive: true });
  open().file.deliver(aMessage({ key: 'b', receiveCount: 1 }));
  // What the start had deleted is there again.
  cpSync(before, folder, { recursive: true });
  rmSync(before, { recursive: true });
  expect(open().found).toEqual([aMessage({ key: 'b', receiveCount: 1 })]);
});

test('the file does not grow with what is done, and keeps an old message that is not', () => {
  const { file } = open();
  const old = aMessage({ key: 'old', receiveCount: 3, visibleAt: 7 });
  file.put(aMessage({ key: 'old' }));
  file.deliver(old);
  for (let n = 0; n < 5000; n += 1) {
    file.put(aMessage({ key: String(n), body: 'x'.repeat(10_000) }));
    file.drop(String(n));
  }
  expect(bytesOnDisk()).toBeLessThan(14 * 1024 * 1024);
  expect(open().found).toEqual([old]);
});

test('the file does not grow with receives of one message', () => {
  const { file } = open();
  const key = 'k'.repeat(1000);
  file.put(aMessage({ key }));
  for (let receiveCount = 1; receiveCount <= 20_000; receiveCount += 1) file.deliver(aMessage({ key, receiveCount }));
  expect(bytesOnDisk()).toBeLessThan(14 * 1024 * 1024);
  expect(open().found).toEqual([aMessage({ key, receiveCount: 20_000 })]);
});

test('the file does not grow with starts', () => {
  open().file.put(aMessage({ body: 'x'.repeat(10_000) }));
  for (let n = 0; n < 10; n += 1) open();
  expect(bytesOnDisk()).toBeLessThan(20_000);
});

test('what is held is weighed, and weighs nothing once it is dropped', () => {
  const { file } = open();
  file.put(aMessage({ body: 'x'.repeat(1000) }));
  const weight = file.bytes;
  expect(weight).toBeGreaterThan(1000);
  file.put(aMessage({ body: 'x'.repeat(1000), queueName: 'dead' }));
  expect(file.bytes).toBe(weight);
  expect(open().file.bytes).toBe(weight);
  file.drop('one');
  file.drop('one');
  expect(file.bytes).toBe(0);
});
