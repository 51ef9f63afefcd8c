import type { PolicyDocument } from '../../ports.ts';
import type { Resource } from './resource.ts';

export interface PolicyFacts {
  readonly roleNames: readonly string[];
  readonly policy: PolicyDocument;
}

export function readPolicy({ properties }: Resource): PolicyFacts {
  properties.without({ PolicyName: 'a label' });
  return { roleNames: properties.texts('Roles'), policy: properties.document<PolicyDocument>('PolicyDocument') };
}
