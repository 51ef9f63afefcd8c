import { createHash } from 'node:crypto';

const SUFFIX_LENGTH = 12;
/** The longest names that S3, Lambda, IAM and SQS take (of a permission, its statement id); CloudFormation cuts to fit them. */
const MAX_NAME_LENGTH: Readonly<Record<string, number>> = {
  'AWS::S3::Bucket': 63,
  'AWS::Lambda::Function': 64,
  'AWS::IAM::InstanceProfile': 128,
  'AWS::IAM::Role': 64,
  'AWS::Lambda::Permission': 100,
  'AWS::SQS::Queue': 80,
};
const DEFAULT_MAX_LENGTH = 255;

/**
 * The name CloudFormation would generate: `{stack}-{logicalId}-{suffix}`, cut to what the service takes, lower case for
 * buckets. The suffix is a hash instead of random, so that the same stack finds its data again after a restart.
 */
export function physicalName(type: string, stackName: string, logicalId: string): string {
  const suffix = createHash('sha256').update(`${stackName}/${logicalId}`).digest('hex').slice(0, SUFFIX_LENGTH);
  const room = (MAX_NAME_LENGTH[type] ?? DEFAULT_MAX_LENGTH) - SUFFIX_LENGTH - 2;
  const stackPart = stackName.slice(0, Math.max(Math.floor(room / 2), room - logicalId.length));
  const idPart = logicalId.slice(0, room - stackPart.length);
  if (type === 'AWS::S3::Bucket') return `${stackPart}-${idPart}-${suffix}`.toLowerCase();
  return `${stackPart}-${idPart}-${suffix.toUpperCase()}`;
}

/** A stack's id ends in a UUID; this one is derived from the name. */
export function stackIdOf(account: string, region: string, stackName: string): string {
  const hex = createHash('sha256').update(stackName).digest('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/${uuid}`;
}
