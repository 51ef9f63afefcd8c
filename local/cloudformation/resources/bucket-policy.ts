import type { PolicyDocument } from '../../ports.ts';
import type { Resource } from './resource.ts';

export interface BucketPolicyFacts {
  readonly bucketName: string;
  readonly policy: PolicyDocument;
}

export function readBucketPolicy({ properties }: Resource): BucketPolicyFacts {
  return { bucketName: properties.text('Bucket'), policy: properties.document<PolicyDocument>('PolicyDocument') };
}
