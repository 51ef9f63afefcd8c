import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EndsWatch } from '../../../bench/whole-way/ends-watch.ts';
import { recoveryKey, stepRecordKey } from '../../../workflow/keys.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

const [first, second] = [anExecutionId({ n: 1 }), anExecutionId({ n: 2 })];
const never = new AbortController().signal;
let folder: string;
let record: string;
let ends: EndsWatch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ends-watch-'));
  record = join(folder, 'requests.jsonl');
  writeFileSync(record, '');
  ends = new EndsWatch(record);
});

afterEach(() => {
  ends.close();
  rmSync(folder, { recursive: true });
});

function answered(at: number, key: string, status = 200, operation = 'PutObject'): string {
  return `${JSON.stringify({ at, service: 's3', operation, status, target: `/bucket/${key}?x-id=${operation}` })}\n`;
}

it('an order has ended when the write of its last fact was answered', async () => {
  const ended = ends.ended(first, never);
  appendFileSync(
    record,
    answered(1, stepRecordKey(first, 'confirm-order')) + answered(2, stepRecordKey(first, 'payment')),
  );
  expect(await ended).toBe(2);
});

it('neither a read of the fact, nor a refused write, nor the end of another order ends it', async () => {
  const payment = stepRecordKey(first, 'payment');
  appendFileSync(record, answered(1, payment, 200, 'GetObject') + answered(2, payment, 412));
  appendFileSync(record, answered(3, stepRecordKey(second, 'payment')));
  await ends.ended(second, never);
  const ended = ends.ended(first, never);
  appendFileSync(record, answered(4, payment));
  expect(await ended).toBe(4);
});

it('an order that fails has ended with its recovery', async () => {
  ends.expect('recovery');
  const ended = ends.ended(first, never);
  appendFileSync(record, answered(1, stepRecordKey(first, 'payment')) + answered(2, recoveryKey(first)));
  expect(await ended).toBe(2);
});

it('a line of which half is written is read once the rest has come', async () => {
  const line = answered(5, stepRecordKey(first, 'payment'));
  const ended = ends.ended(first, never);
  appendFileSync(record, answered(1, stepRecordKey(second, 'payment')) + line.slice(0, 40));
  await ends.ended(second, never);
  appendFileSync(record, line.slice(40));
  expect(await ended).toBe(5);
});

it('whoever waits for an end that does not come is told when the time is up', async () => {
  await expect(ends.ended(first, AbortSignal.abort(new Error('time is up')))).rejects.toThrow(first);
});
