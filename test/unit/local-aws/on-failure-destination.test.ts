import { describe, expect, it } from 'vitest';
import { createIdentities } from '../../../local/iam/identities.ts';
import type { DiscardedEvent } from '../../../local/lambda/event-dispatcher.ts';
import { createOnFailureDestination } from '../../../local/on-failure-destination.ts';
import type { QueueSink } from '../../../local/sqs/sqs.ts';

const ROLE = 'arn:aws:iam::000000000000:role/worker';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:failed';
const EVENT: DiscardedEvent = {
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:worker',
  roleArn: ROLE,
  requestId: 'r-1',
  payload: '{}',
  condition: 'RetriesExhausted',
  approximateInvokeCount: 1,
  enqueuedAt: 0,
  destinationArn: QUEUE,
  responsePayload: undefined,
};

function theDestination(answer: ReturnType<QueueSink['send']>) {
  const sent: { queueArn: string; sender: string }[] = [];
  const warnings: unknown[] = [];
  const identities = createIdentities();
  identities.putRole({ arn: ROLE, policies: [] });
  const tell = createOnFailureDestination({
    queues: {
      send: (queueArn, _body, { arn: sender }) => {
        sent.push({ queueArn, sender });
        return answer;
      },
    },
    identities,
    onWarning: (message, fields) => warnings.push({ message, ...fields }),
  });
  return { tell, sent, warnings };
}

describe('an event that Lambda gave up', () => {
  it('is lost with a warning when its queue does not take it', () => {
    const { tell, warnings } = theDestination('AccessDenied');
    tell(EVENT);
    expect(warnings).toEqual([
      {
        message: 'a failed event was not delivered to its destination',
        function: EVENT.functionArn,
        destination: QUEUE,
        requestId: 'r-1',
        reason: 'AccessDenied',
      },
    ]);
  });

  it('goes to the queue in the name of the function’s role', () => {
    const { tell, sent, warnings } = theDestination('sent');
    tell(EVENT);
    expect(sent).toEqual([{ queueArn: QUEUE, sender: ROLE }]);
    expect(warnings).toEqual([]);
  });

  it('goes nowhere when the function has no destination', () => {
    const { tell, sent } = theDestination('sent');
    tell({ ...EVENT, destinationArn: undefined });
    expect(sent).toEqual([]);
  });
});
