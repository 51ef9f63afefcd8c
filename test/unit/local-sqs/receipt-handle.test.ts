import { expect, test } from 'vitest';
import { receiptHandleOf, receiptIn } from '../../../local/sqs/receipt-handle.ts';
import { aMessage } from './a-message.ts';

const handleOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');

test.for([
  ['that is no base64 of ours', 'made-up'],
  ['that is empty', ''],
  ['of another queue', receiptHandleOf(aMessage({ queueName: 'other' }))],
  ['that holds no list', handleOf({ length: 3 })],
  ['that holds too little', handleOf(['failed-events', 'one'])],
  ['that is longer than any', 'x'.repeat(1_000_000)],
] as const)('a handle %s is invalid', ([, handle]) => {
  expect(() => receiptIn(handle, 'failed-events')).toThrow(
    expect.objectContaining({ code: 'ReceiptHandleIsInvalid' }) as Error,
  );
});

test('a handle names one receive of one message', () => {
  const handle = receiptHandleOf(aMessage({ receiveCount: 3 }));
  expect(receiptIn(handle, 'failed-events')).toEqual({ key: 'one', receiveCount: 3 });
  expect(receiptHandleOf(aMessage({ receiveCount: 4 }))).not.toBe(handle);
});
