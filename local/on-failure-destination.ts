import { destinationRecord } from './lambda/destination-record.ts';
import type { DiscardedEvent } from './lambda/event-dispatcher.ts';
import type { Identities } from './ports.ts';
import type { QueueSink } from './sqs/sqs.ts';

export interface OnFailureDestinationOptions {
  readonly queues: QueueSink;
  readonly identities: Pick<Identities, 'principalOfRole'>;
  readonly onWarning: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * Takes the events that Lambda gave up to the queues that their functions name, in the name of each function's role. What
 * a queue does not take is lost, as on AWS, where only the metric DestinationDeliveryFailures tells.
 *
 * Lambda ends an event after this has returned: a process that is killed in between sends the record again.
 */
export function createOnFailureDestination(options: OnFailureDestinationOptions): (event: DiscardedEvent) => void {
  const { queues, identities, onWarning } = options;
  return (event) => {
    const { destinationArn, functionArn, roleArn, requestId } = event;
    if (destinationArn === undefined) return;
    const role = identities.principalOfRole(roleArn);
    if (role === undefined) throw new Error(`no role ${roleArn}, although its function ran`);
    const answer = queues.send(destinationArn, destinationRecord(event, Date.now()), role);
    if (answer === 'sent') return;
    onWarning('a failed event was not delivered to its destination', {
      function: functionArn,
      destination: destinationArn,
      requestId,
      reason: answer,
    });
  };
}
