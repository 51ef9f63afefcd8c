import { isRunnable, RUNNABLE } from '../../lambda/runtimes.ts';
import type { FunctionPlan } from '../stack-plan.ts';
import type { Resource } from './resource.ts';

const WITHOUT_MEANING = {
  FunctionName: 'read already: it is the name',
  Architectures: 'functions run on the processor that is there',
  Tags: 'nobody is billed',
};

/** Lambda's own defaults. */
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MIB = 128;

export function readFunction({ name, properties }: Resource): Omit<FunctionPlan, 'arn' | 'invoke'> {
  properties.without(WITHOUT_MEANING);
  const runtime = properties.text('Runtime');
  if (!isRunnable(runtime)) properties.fail('Runtime', `must be ${RUNNABLE} here, not ${runtime}`);
  const code = properties.object('Code') ?? properties.fail('Code', 'is missing');
  const logging = properties.object('LoggingConfig');
  const logFormat = logging?.optionalText('LogFormat') ?? 'Text';
  if (logFormat !== 'Text') logging?.fail('LogFormat', `must be Text here, not ${logFormat}`);
  const reservedConcurrency = properties.optionalNumber('ReservedConcurrentExecutions');
  return {
    name,
    runtime,
    description: properties.optionalText('Description') ?? '',
    code: { bucket: code.text('S3Bucket'), key: code.text('S3Key') },
    handler: properties.text('Handler'),
    roleArn: properties.text('Role'),
    timeoutSeconds: properties.optionalNumber('Timeout') ?? DEFAULT_TIMEOUT_SECONDS,
    memoryMiB: properties.optionalNumber('MemorySize') ?? DEFAULT_MEMORY_MIB,
    environment: properties.object('Environment')?.variables('Variables') ?? {},
    logGroup: logging?.optionalText('LogGroup') ?? `/aws/lambda/${name}`,
    ...(reservedConcurrency === undefined ? {} : { reservedConcurrency }),
  };
}
