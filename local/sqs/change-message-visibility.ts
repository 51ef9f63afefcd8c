import { optionalInteger, refuseOthers, requiredString, type Parameters } from './parameters.ts';
import { MAX_VISIBILITY_TIMEOUT_SECONDS } from './queue-configuration.ts';
import type { QueueStore } from './queue-store.ts';
import type { Queue } from './queue.ts';
import { receiptIn } from './receipt-handle.ts';
import { SqsError } from './sqs-error.ts';

/** Counts from now; 0 gives the message back. */
export function changeMessageVisibility(queue: Queue, parameters: Parameters, store: QueueStore): object {
  const handle = requiredString(parameters, 'ReceiptHandle');
  const seconds = optionalInteger(parameters, 'VisibilityTimeout', 0, MAX_VISIBILITY_TIMEOUT_SECONDS);
  refuseOthers(parameters, ['QueueUrl', 'ReceiptHandle', 'VisibilityTimeout']);
  if (seconds === undefined) {
    throw new SqsError('MissingParameter', 'The request must contain the parameter VisibilityTimeout.');
  }
  const receipt = receiptIn(handle, queue.configuration.name);
  if (store.changeVisibility(queue, receipt, seconds * 1000) === 'changed') return {};
  throw new SqsError(
    'InvalidParameterValue',
    `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for ` +
      'visibility timeout change.',
  );
}
