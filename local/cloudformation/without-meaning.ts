/**
 * Resource types that are deployed to AWS and have no meaning on one machine, each with the reason. Everything else
 * that the local AWS does not provision stops the start.
 */
export const RESOURCE_TYPES_WITHOUT_MEANING: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'tells AWS which constructs are in use',
  'Custom::S3AutoDeleteObjects': 'acts only when its stack is deleted; here the state folder is removed instead',
};
