import type { PolicyDocument } from '../../ports.ts';
import type { Resource } from './resource.ts';

export interface QueuePolicyFacts {
  readonly queueUrls: readonly string[];
  readonly policy: PolicyDocument;
}

export function readQueuePolicy({ properties }: Resource): QueuePolicyFacts {
  return { queueUrls: properties.texts('Queues'), policy: properties.document<PolicyDocument>('PolicyDocument') };
}
