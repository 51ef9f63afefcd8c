import { devNull } from 'node:os';

export interface InstanceEndpoints {
  /** Of every AWS service. */
  readonly aws: string;
  /** Of the metadata service, which has the credentials of the instance's role. */
  readonly metadata: string;
}

/**
 * What a program must be told to find this machine's AWS where it would find the real one by itself on an instance. No
 * credentials: the SDK asks the metadata service for those of the instance's role, and may do what that role may.
 */
export function instanceEnvironment({ aws, metadata }: InstanceEndpoints): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: aws,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata,
    AWS_EC2_METADATA_V1_DISABLED: 'true',
    // An instance has none. A developer has, and they come before the metadata service.
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_CONFIG_FILE: devNull,
  };
}
