import type { LambdaFunction } from './lambda-function.ts';

/** The FunctionConfiguration of AWS's API. Updates are done by the time they are answered. */
export function configurationAnswer(target: LambdaFunction): object {
  const { configuration, code, id, modifiedAt } = target.revision;
  return {
    FunctionName: configuration.name,
    FunctionArn: configuration.arn,
    Runtime: configuration.runtime,
    Role: configuration.roleArn,
    Handler: configuration.handler,
    CodeSize: code.bytes,
    Description: '',
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMiB,
    LastModified: new Date(modifiedAt).toISOString().replace('Z', '+0000'),
    CodeSha256: code.sha256,
    Version: '$LATEST',
    ...(Object.keys(configuration.environment).length === 0
      ? {}
      : { Environment: { Variables: configuration.environment } }),
    TracingConfig: { Mode: 'PassThrough' },
    RevisionId: id,
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    EphemeralStorage: { Size: 512 },
    LoggingConfig: { LogFormat: 'Text', LogGroup: configuration.logGroup },
  };
}

export function eventInvokeConfigAnswer(target: LambdaFunction): object {
  const { maximumRetryAttempts, maximumEventAgeSeconds, onFailureArn, modifiedAt } = target.eventInvokeConfig;
  return {
    LastModified: modifiedAt / 1000,
    FunctionArn: `${target.arn}:$LATEST`,
    MaximumRetryAttempts: maximumRetryAttempts,
    MaximumEventAgeInSeconds: maximumEventAgeSeconds,
    DestinationConfig: { OnSuccess: {}, OnFailure: onFailureArn === undefined ? {} : { Destination: onFailureArn } },
  };
}
