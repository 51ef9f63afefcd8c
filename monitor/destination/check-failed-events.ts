import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StartFinding } from '../../platform/start-checks.ts';

export interface FailedEventsCheckOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

/** What does not pass by itself, with a few words for it. SQS has had a second name for each since it speaks JSON. */
const FATAL: Readonly<Record<string, string>> = {
  AccessDenied: 'may not be read',
  AccessDeniedException: 'may not be read',
  QueueDoesNotExist: 'does not exist',
  'AWS.SimpleQueueService.NonExistentQueue': 'does not exist',
  InvalidAddress: 'is not a queue URL',
};

/**
 * Whether the queue of failed events is there and may be read. It receives as the monitor does, so that it needs no other
 * permission; a message that it meets is visible again at once. Deleting is not tried: there is nothing to delete.
 */
export async function checkFailedEvents({
  client,
  queueUrl,
}: FailedEventsCheckOptions): Promise<StartFinding | undefined> {
  try {
    await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl, VisibilityTimeout: 0 }));
    return undefined;
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    const fault = Object.hasOwn(FATAL, name) ? FATAL[name] : undefined;
    const what = fault ?? `could not be read: ${error instanceof Error ? error.message : String(error)}`;
    return { isFatal: fault !== undefined, why: `queue ${queueUrl} ${what} (FAILED_EVENTS_QUEUE_URL)` };
  }
}
