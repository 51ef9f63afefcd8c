import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAssembly } from './cloudformation/assembly.ts';
import { checkPlan } from './cloudformation/check-plan.ts';
import { createCloudFormation } from './cloudformation/cloudformation.ts';
import { createCodeAssets } from './cloudformation/code-assets.ts';
import { planStack } from './cloudformation/plan-stack.ts';
import { provisionCompute, provisionStorage } from './cloudformation/provision.ts';
import { GOOD_WEATHER, type Conditions } from './conditions.ts';
import { startHttpFront, type HttpFront } from './http/front.ts';
import { authorize } from './iam/authorize.ts';
import { createIdentities, ROOT_CREDENTIALS } from './iam/identities.ts';
import { lockFolder } from './journal/folder-lock.ts';
import { createLambda } from './lambda/lambda.ts';
import { createLogs } from './logs/logs.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Credentials } from './ports.ts';
import { createReadyGate } from './ready-gate.ts';
import { createS3 } from './s3/s3.ts';

export interface LocalAwsOptions {
  /** What `cdk synth` wrote. */
  readonly assemblyFolder: string;
  /** Needed when the assembly has several stacks. */
  readonly stackName?: string;
  /** Everything is kept below it, made when missing. One process at a time. */
  readonly stateFolder: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Its fields are read anew all the time: change them while it runs to change the weather. */
  readonly conditions?: Conditions;
  /** Whether an answered write survives a power cut, not only the end of the process. Default: yes, as on S3. */
  readonly fsync?: boolean;
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
  readonly requests: HttpFront['requests'];
  /** Ends every function, answers the calls under way, closes the files. May be called more than once. */
  stop(): Promise<void>;
}

const PLACE = { account: LOCAL_ACCOUNT, region: LOCAL_REGION };

/**
 * S3, Lambda, CloudWatch Logs, IAM and CloudFormation on one loopback port, holding exactly what the synthesized
 * template says. @throws TemplateNotHonouredError, or an Error that names what is missing; nothing is left running then.
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
    const identities = createIdentities();
    const logs = createLogs({ stateFolder: join(stateFolder, 'logs'), conditions, authorize });
    const lambda = createLambda({
      stateFolder: join(stateFolder, 'lambda'),
      identities,
      authorize,
      logs: logs.sink,
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
      fsync: options.fsync ?? true,
    });
    const cloudFormation = createCloudFormation({
      plan,
      templateBody: assembly.templateBody,
      createdAt: Date.now(),
      authorize,
    });

    logs.start();
    closers.add('logs', () => {
      logs.close();
    });
    const front = await startHttpFront({
      services: [s3.service, lambda.service, logs.service, cloudFormation].map(gate.behind),
      identities,
      port: options.port ?? 0,
    });
    closers.add('front', () => front.close());
    closers.add('lambda', () => lambda.close());
    await provisionCompute(plan, { identities, logs, lambda, codeFolder });
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
      requests: front.requests,
      stop: () => closers.run(),
    };
  } catch (error) {
    gate.shut();
    await closers.run();
    throw error;
  }
}

/** Functions go first, so that no call comes any more; S3 goes after the front, which has writes under way. */
const CLOSING_ORDER = ['lambda', 'front', 's3', 'logs', 'lock'] as const;

class Closers {
  readonly #closers = new Map<(typeof CLOSING_ORDER)[number], () => void | Promise<void>>();
  #running: Promise<void> | undefined;

  add(name: (typeof CLOSING_ORDER)[number], close: () => void | Promise<void>): void {
    this.#closers.set(name, close);
  }

  run(): Promise<void> {
    this.#running ??= this.#closeAll();
    return this.#running;
  }

  async #closeAll(): Promise<void> {
    for (const name of CLOSING_ORDER) await this.#closers.get(name)?.();
  }
}
