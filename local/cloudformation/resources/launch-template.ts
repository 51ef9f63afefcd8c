import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  LaunchTemplateName: 'a label',
  VersionDescription: 'for people',
  TagSpecifications: 'nobody is billed',
};

/** Which host it would be. Here the host is there already, and whoever starts the local AWS starts its programs too. */
const WITHOUT_MEANING_IN_DATA = {
  BlockDeviceMappings: 'programs write to the disk that is there',
  EbsOptimized: 'as BlockDeviceMappings',
  ImageId: 'the operating system is the one that is there',
  InstanceType: 'so is the processor',
  Monitoring: 'nothing is measured here',
  NetworkInterfaces: 'everything is on loopback',
  SecurityGroupIds: 'as NetworkInterfaces',
  TagSpecifications: 'nobody is billed',
  UserData: 'installs programs on a new host',
};

export interface LaunchTemplateFacts {
  readonly logicalId: string;
  /** The instance profile, by its name or its ARN; undefined when instances have no role. */
  readonly profile: string | undefined;
}

/** Of an instance only what it may do is honoured: its role, by way of the instance profile. */
export function readLaunchTemplate({ logicalId, properties }: Resource): LaunchTemplateFacts {
  properties.without(WITHOUT_MEANING);
  const content = properties.object('LaunchTemplateData') ?? properties.fail('LaunchTemplateData', 'is missing');
  content.without(WITHOUT_MEANING_IN_DATA);
  const metadata = content.object('MetadataOptions');
  metadata?.without({ HttpPutResponseHopLimit: 'there are no hops on loopback' });
  const tokens = metadata?.optionalText('HttpTokens') ?? 'optional';
  if (tokens !== 'required') content.fail('MetadataOptions.HttpTokens', `must be required here, not ${tokens}`);
  const profile = content.object('IamInstanceProfile');
  return { logicalId, profile: profile?.optionalText('Arn') ?? profile?.optionalText('Name') };
}
