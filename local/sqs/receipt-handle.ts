import type { Message } from './message.ts';
import { SqsError } from './sqs-error.ts';

/** One receive of one message: the count tells the receives of a message apart, over restarts, too. */
export interface Receipt {
  readonly key: string;
  readonly receiveCount: number;
}

/** Longer than any handle that is issued here. */
const MAX_HANDLE_CHARACTERS = 1024;

export function receiptHandleOf({ queueName, key, receiveCount }: Message): string {
  return Buffer.from(JSON.stringify([queueName, key, receiveCount])).toString('base64');
}

/** @throws SqsError ReceiptHandleIsInvalid when no receive of this queue can have answered the handle */
export function receiptIn(handle: string, queueName: string): Receipt {
  const [ofQueue, key, receiveCount] = fieldsOf(handle);
  if (ofQueue === queueName && typeof key === 'string' && typeof receiveCount === 'number') {
    return { key, receiveCount };
  }
  throw new SqsError(
    'ReceiptHandleIsInvalid',
    `The input receipt handle "${handle.slice(0, MAX_HANDLE_CHARACTERS)}" is not a valid receipt handle.`,
  );
}

function fieldsOf(handle: string): readonly unknown[] {
  if (handle.length > MAX_HANDLE_CHARACTERS) return [];
  try {
    const fields = JSON.parse(Buffer.from(handle, 'base64').toString()) as unknown;
    return Array.isArray(fields) ? fields : [];
  } catch {
    return []; // Not a handle of ours: the caller answers that it is invalid.
  }
}
