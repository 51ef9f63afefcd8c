import { entries, refuseOthers, requiredString, type Parameters } from './parameters.ts';
import type { QueueStore } from './queue-store.ts';
import type { Queue } from './queue.ts';
import { receiptIn } from './receipt-handle.ts';
import { SqsError } from './sqs-error.ts';

const MAX_ENTRIES = 10;

/** Deleting what is gone succeeds. So does an old receipt, which deletes nothing. */
export function deleteMessage(queue: Queue, parameters: Parameters, store: QueueStore): object {
  refuseOthers(parameters, ['QueueUrl', 'ReceiptHandle']);
  store.remove(queue, receiptIn(requiredString(parameters, 'ReceiptHandle'), queue.configuration.name));
  return {};
}

/** Each entry succeeds or fails by itself; the batch as a whole fails only when it is malformed. */
export function deleteMessageBatch(queue: Queue, parameters: Parameters, store: QueueStore): object {
  refuseOthers(parameters, ['QueueUrl', 'Entries']);
  const batch = entries(parameters, 'Entries');
  checkBatch(batch);
  const successful: object[] = [];
  const failed: object[] = [];
  for (const { Id, ...entry } of batch) {
    try {
      deleteMessage(queue, entry, store);
      successful.push({ Id });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id, SenderFault: true, Code: error.code, Message: error.message });
    }
  }
  return { Successful: successful, Failed: failed };
}

function checkBatch(batch: readonly Parameters[]): void {
  if (batch.length === 0) {
    throw new SqsError(
      'AWS.SimpleQueueService.EmptyBatchRequest',
      'There should be at least one DeleteMessageBatchRequestEntry in the request.',
    );
  }
  if (batch.length > MAX_ENTRIES) {
    throw new SqsError(
      'AWS.SimpleQueueService.TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_ENTRIES}. You have sent ${batch.length}.`,
    );
  }
  const ids = batch.map((entry) => requiredString(entry, 'Id'));
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new SqsError(
      'AWS.SimpleQueueService.InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    );
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new SqsError('AWS.SimpleQueueService.BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  }
}
