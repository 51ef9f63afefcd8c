import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAssembly } from './cloudformation/assembly.ts';
import { checkPlan } from './cloudformation/check-plan.ts';
import { createCloudFormation } from './cloudformation/cloudformation.ts';
import { createCodeAssets } from './cloudformation/code-assets.ts';
import { planStack } from './cloudformation/plan-stack.ts';
import { provisionCompute, provisionStorage } from './cloudformation/provision.ts';
import { Closers } from './closers.ts';
import { GOOD_WEATHER, seededRandom, type Conditions } from './conditions.ts';
import { startHttpFront } from './http/front.ts';
import { openAccessRecord } from './iam/access-record.ts';
import { authorize, type AccessQuestion, type Verdict } from './iam/authorize.ts';
import { createIdentities, ROOT_CREDENTIALS } from './iam/identities.ts';
import { startInstanceMetadata } from './imds/instance-metadata.ts';
import { lockFolder } from './journal/folder-lock.ts';
import { openJsonLines } from './json-lines.ts';
import { createLambda } from './lambda/lambda.ts';
import { createLogs } from './logs/logs.ts';
import { createOnFailureDestination } from './on-failure-destination.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Credentials } from './ports.ts';
import { createReadyGate } from './ready-gate.ts';
import { createS3 } from './s3/s3.ts';
import { createSqs } from './sqs/sqs.ts';

export interface LocalAwsOptions {
  /** What `cdk synth` wrote. */
  readonly assemblyFolder: string;
  /** Needed when the assembly has several stacks. */
  readonly stackName?: string;
  /** Everything is kept below it, made when missing. One process at a time. */
  readonly stateFolder: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Of the instance metadata service. 0 or absent: any free port. */
  readonly instanceMetadataPort?: number;
  /** Its fields are read anew all the time: change them while it runs to change the weather. */
  readonly conditions?: Conditions;
  /** Whether an answered write survives a power cut, not only the end of the process. Default: yes, as on S3. */
  readonly fsync?: boolean;
  /** A file that every decision about access is written to, a line of JSON each (see `iam/access-record.ts`). */
  readonly accessRecordFile?: string;
  /** A file that every answered call is written to, a line of JSON each (see `http/request-record.ts`). */
  readonly requestRecordFile?: string;
  /** Called with what a person may want to know, for instance a function that may not write its log. */
  readonly onWarning?: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface LocalAws {
  readonly url: string;
  readonly region: string;
  readonly account: string;
  readonly stackName: string;
  /** The account root's: may do everything that no policy denies to everybody. */
  readonly credentials: Credentials;
  /** The endpoint of the instance metadata service, which has the credentials of the instance's role. */
  readonly instanceMetadataUrl: string | undefined;
  /** Ends every function, answers the calls under way, closes the files. May be called more than once. */
  stop(): Promise<void>;
}

const PLACE = { account: LOCAL_ACCOUNT, region: LOCAL_REGION };

/**
 * S3, Lambda, SQS, CloudWatch Logs, IAM and CloudFormation on one loopback port, holding exactly what the synthesized
 * template says, and the metadata service of its instance on another.
 * @throws TemplateNotHonouredError, or an Error that names what is missing; nothing is left running then.
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const { stateFolder, conditions = GOOD_WEATHER, onWarning } = options;
  const assembly = await loadAssembly(options.assemblyFolder, options.stackName);
  const plan = planStack(assembly, PLACE);
  checkPlan(plan);
  const codeFolder = createCodeAssets(assembly, PLACE);

  await mkdir(stateFolder, { recursive: true });
  const unlock = await lockFolder(stateFolder);
  const gate = createReadyGate();
  const closers = new Closers();
  closers.add('lock', unlock);
  try {
    const allows = deciding(options.accessRecordFile, closers);
    const requests = options.requestRecordFile === undefined ? undefined : openJsonLines(options.requestRecordFile);
    if (requests !== undefined) closers.add('requests', () => requests.close());
    const identities = createIdentities();
    const logs = createLogs({ stateFolder: join(stateFolder, 'logs'), conditions, authorize: allows });
    const repeating = seededRandom(conditions.seed, 'queue duplicates');
    const sqs = createSqs({
      stateFolder: join(stateFolder, 'sqs'),
      authorize: allows,
      isDuplicated: () => repeating() < conditions.queueDuplicates,
    });
    const lambda = createLambda({
      stateFolder: join(stateFolder, 'lambda'),
      identities,
      authorize: allows,
      logs: logs.sink,
      onDiscarded: createOnFailureDestination({
        queues: sqs.sink,
        identities,
        onWarning: onWarning ?? (() => undefined),
      }),
      awsEndpointUrl: () => front.url,
      loadCode: ({ bucket, key }) => {
        const folder = codeFolder({ bucket, key });
        return folder === undefined
          ? Promise.reject(new Error(`There is no code at ${bucket}/${key}.`))
          : Promise.resolve(folder);
      },
      ...(onWarning === undefined ? {} : { onWarning }),
    });
    const s3 = createS3({
      stateFolder: join(stateFolder, 's3'),
      events: lambda.events,
      conditions,
      authorize: allows,
      fsync: options.fsync ?? true,
    });
    const cloudFormation = createCloudFormation({
      plan,
      templateBody: assembly.templateBody,
      createdAt: Date.now(),
      authorize: allows,
    });

    logs.start();
    closers.add('logs', () => {
      logs.close();
    });
    sqs.start();
    closers.add('sqs', () => sqs.close());
    closers.add('long polls', () => sqs.endLongPolls());
    const front = await startHttpFront({
      services: [s3.service, lambda.service, logs.service, sqs.service, cloudFormation].map(gate.behind),
      identities,
      port: options.port ?? 0,
      ...(requests && { onRequest: (request) => requests.add(request) }),
    });
    closers.add('front', () => front.close());
    closers.add('lambda', () => lambda.close());
    await provisionCompute(plan, { identities, logs, sqs, lambda, codeFolder });
    const imds =
      plan.instance &&
      (await startInstanceMetadata({
        roleArn: plan.instance.roleArn,
        identities,
        port: options.instanceMetadataPort ?? 0,
      }));
    if (imds !== undefined) closers.add('imds', () => imds.close());
    await lambda.start();
    await s3.start();
    closers.add('s3', () => s3.close());
    await provisionStorage(plan, { s3 });
    gate.open();

    return {
      url: front.url,
      region: LOCAL_REGION,
      account: LOCAL_ACCOUNT,
      stackName: plan.stackName,
      credentials: ROOT_CREDENTIALS,
      instanceMetadataUrl: imds?.url,
      stop: () => closers.run(),
    };
  } catch (error) {
    gate.shut();
    await closers.run();
    throw error;
  }
}

/** IAM's decision, and what was asked and decided on record if that is wanted. */
function deciding(recordFile: string | undefined, closers: Closers): (question: AccessQuestion) => Verdict {
  if (recordFile === undefined) return authorize;
  const record = openAccessRecord(recordFile);
  closers.add('record', () => record.close());
  return (question) => {
    const verdict = authorize(question);
    record.add(question, verdict);
    return verdict;
  };
}
