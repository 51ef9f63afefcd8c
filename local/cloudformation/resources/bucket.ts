import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  BucketName: 'read already: it is the name',
  BucketEncryption: "the state folder is as safe as the machine's disk",
  LifecycleConfiguration: 'nothing grows as old as the rules ask for',
  PublicAccessBlockConfiguration: 'unsigned calls are refused, whatever a policy says',
  OwnershipControls: 'access control lists are not implemented, which is what they enforce',
  Tags: 'nobody is billed',
};

export interface BucketFacts {
  readonly name: string;
  readonly versioned: boolean;
}

export function readBucket({ name, properties }: Resource): BucketFacts {
  properties.without(WITHOUT_MEANING);
  const status = properties.object('VersioningConfiguration')?.text('Status');
  return { name, versioned: status === 'Enabled' };
}
