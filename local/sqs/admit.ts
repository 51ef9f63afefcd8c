import type { AccessQuestion, Verdict } from '../iam/authorize.ts';
import type { Principal } from '../ports.ts';
import { queueArnOf } from './queue-address.ts';
import type { Queue } from './queue.ts';
import { SqsError } from './sqs-error.ts';

export interface Admission {
  readonly authorize: (question: AccessQuestion) => Verdict;
  readonly queueNamed: (name: string) => Queue | undefined;
}

/**
 * The queue, for whoever may do the action to it. Who may not does not learn whether it exists.
 * @param name undefined when the caller's ARN or URL is none of this account
 * @throws SqsError AccessDenied, NonExistentQueue
 */
export function admit(
  principal: Principal,
  action: string,
  name: string | undefined,
  { authorize, queueNamed }: Admission,
): Queue {
  const queue = name === undefined ? undefined : queueNamed(name);
  const resource = queueArnOf(name ?? '*');
  const bucketPolicy = queue?.configuration.policy;
  if (authorize({ principal, action: `sqs:${action}`, resource, bucketPolicy }) !== 'allowed') {
    throw new SqsError(
      'AccessDenied',
      // SQS writes the action in lower case.
      `User: ${principal.arn} is not authorized to perform: sqs:${action.toLowerCase()} on resource: ${resource}`,
    );
  }
  if (queue !== undefined) return queue;
  throw new SqsError('AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.');
}
