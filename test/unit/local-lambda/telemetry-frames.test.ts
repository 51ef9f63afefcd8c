import { expect, test } from 'vitest';
import { OutputLines } from '../../../local/lambda/output-lines.ts';
import { TelemetryFrames } from '../../../local/lambda/telemetry-frames.ts';

function frame(message: string, timestamp: number, type = 0xa55a0003): Buffer {
  const body = Buffer.from(message);
  const head = Buffer.alloc(16);
  head.writeUInt32BE(type, 0);
  head.writeUInt32BE(body.length, 4);
  head.writeBigUInt64BE(BigInt(timestamp) * 1000n, 8);
  return Buffer.concat([head, body]);
}

test('a frame is one event, however its bytes arrive', () => {
  const bytes = Buffer.concat([frame('one\nand two\n', 17), frame('drei ß\n', 18), frame('', 19)]);
  for (const size of [1, 3, 16, 17, bytes.length]) {
    const frames = new TelemetryFrames();
    const lines = [];
    for (let at = 0; at < bytes.length; at += size) lines.push(...frames.read(bytes.subarray(at, at + size)));
    expect(lines).toEqual([
      { timestamp: 17, message: 'one\nand two\n' },
      { timestamp: 18, message: 'drei ß\n' },
      { timestamp: 19, message: '' },
    ]);
    expect(frames.readBytes).toBe(bytes.length);
  }
});

test('text of every level is read, and JSON is not', () => {
  for (const type of [0xa55a0003, 0xa55a000f, 0xa55a0017, 0xa55a001b]) {
    expect(new TelemetryFrames().read(frame('text', 1, type))).toEqual([{ timestamp: 1, message: 'text' }]);
  }
  expect(new TelemetryFrames().read(frame('{}', 1, 0xa55a0016))).toEqual([]);
});

test('what does not follow the protocol is dropped, but counted as read', () => {
  const frames = new TelemetryFrames(100);
  expect(frames.read(Buffer.from('a function that writes to descriptor 3'))).toEqual([]);
  expect(frames.read(frame('too late', 1))).toEqual([]);
  expect(frames.readBytes).toBe(38 + 24);
  expect(new TelemetryFrames(100).read(frame('x'.repeat(101), 1))).toEqual([]);
});

test('raw output is cut into lines, and a character may arrive in two pieces', () => {
  const lines = new OutputLines();
  const bytes = Buffer.from('eins\nzwölf\n\nrest');
  expect(lines.read(bytes.subarray(0, 8))).toEqual(['eins\n']);
  expect(lines.read(bytes.subarray(8))).toEqual(['zwölf\n']);
  expect(lines.end()).toEqual(['rest']);
  expect(lines.end()).toEqual([]);
});

test('a line without an end is cut before it fills the memory', () => {
  const lines = new OutputLines();
  expect(lines.read(Buffer.alloc(600_000, 'x')).map((line) => line.length)).toEqual([262_144, 262_144]);
  expect(lines.end().map((line) => line.length)).toEqual([75_712]);
});
