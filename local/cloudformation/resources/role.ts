import type { PolicyDocument } from '../../ports.ts';
import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  RoleName: 'read already: it is the name',
  Description: 'for people',
  Tags: 'nobody is billed',
};

export interface RoleFacts {
  readonly name: string;
  readonly trustedServices: readonly string[];
  readonly policies: readonly PolicyDocument[];
}

export function readRole({ name, properties }: Resource): RoleFacts {
  properties.without(WITHOUT_MEANING);
  const trust = properties.document<PolicyDocument>('AssumeRolePolicyDocument');
  return {
    name,
    trustedServices: trust.Statement.flatMap(servicesOf),
    policies: properties.objects('Policies').map((policy) => {
      policy.without({ PolicyName: 'a label' });
      return policy.document<PolicyDocument>('PolicyDocument');
    }),
  };
}

function servicesOf({ Effect, Principal }: PolicyDocument['Statement'][number]): readonly string[] {
  if (Effect !== 'Allow' || Principal === undefined || Principal === '*') return [];
  const services = Principal['Service'] ?? [];
  return typeof services === 'string' ? [services] : services;
}
