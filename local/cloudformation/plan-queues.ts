import { queueArnOf, queueNameInUrl } from '../sqs/queue-address.ts';
import type { NewQueue } from '../sqs/queue-configuration.ts';
import type { QueuePolicyFacts } from './resources/queue-policy.ts';

/** The queues with their policies, each after the one that takes its dead letters. */
export function planQueues(queues: readonly NewQueue[], policies: readonly QueuePolicyFacts[]): readonly NewQueue[] {
  const policyOf = new Map(
    policies.flatMap(({ queueUrls, policy }) => queueUrls.map((url) => [queueNameInUrl(url), policy] as const)),
  );
  const deadLetterArns = new Set(queues.map(({ redrivePolicy }) => redrivePolicy?.deadLetterTargetArn));
  const withPolicies = queues.map((queue) => {
    const policy = policyOf.get(queue.name);
    return policy === undefined ? queue : { ...queue, policy };
  });
  const isForDeadLetters = ({ name }: NewQueue): boolean => deadLetterArns.has(queueArnOf(name));
  return [...withPolicies.filter(isForDeadLetters), ...withPolicies.filter((queue) => !isForDeadLetters(queue))];
}
