import type { Resource } from './resource.ts';

export interface InstanceProfileFacts {
  readonly name: string;
  /** An instance profile has exactly one role. */
  readonly roleName: string;
}

export function readInstanceProfile({ name, properties }: Resource): InstanceProfileFacts {
  properties.without({ InstanceProfileName: 'read already: it is the name', Path: 'sorts profiles, for people' });
  const [roleName, ...others] = properties.texts('Roles');
  if (roleName === undefined || others.length > 0) return properties.fail('Roles', 'must name one role');
  return { name, roleName };
}
