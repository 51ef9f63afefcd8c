import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal, type IRole } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Construct } from 'constructs';
import { fileURLToPath } from 'node:url';
import type { AppStore } from './app-store.ts';
import type { FailedEvents } from './failed-events.ts';
import type { Stage, StepName } from './stage.ts';
import type { StateStorage } from './state-storage.ts';
import type { StepLogs } from './step-logs.ts';

/** What the construct of each step is given. */
export interface StepProps {
  readonly stage: Stage;
  readonly appStore: AppStore;
  readonly stateStorage: StateStorage;
  readonly logs: StepLogs;
  readonly failedEvents: FailedEvents;
}

export interface StepFunctionProps {
  readonly step: StepName;
  readonly timeoutMs: number;
  readonly logs: StepLogs;
  readonly failedEvents: FailedEvents;
  readonly environment: Readonly<Record<string, string>>;
}

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** A function of the workflow: `lambdas/{step}/handler.ts`, bundled, with a role of its own that may write its log. */
export class StepFunction extends Construct {
  readonly step: StepName;
  readonly timeoutMs: number;
  readonly handler: IFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: StepFunctionProps) {
    super(scope, id);
    this.step = props.step;
    this.timeoutMs = props.timeoutMs;

    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    props.logs.allowWriting(this.role);

    this.handler = new NodejsFunction(this, 'Function', {
      description: `Step ${props.step} of the booking`,
      entry: `${PROJECT_FOLDER}lambdas/${props.step}/handler.ts`,
      projectRoot: PROJECT_FOLDER,
      depsLockFilePath: `${PROJECT_FOLDER}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      // The CPU share grows with it: below this the SDK's start dominates, above it these functions only wait for S3.
      memorySize: 256,
      timeout: Duration.millis(props.timeoutMs),
      role: this.role,
      logGroup: props.logs.group,
      // Node's JSON format writes a thrown error exactly as it writes any console.error: the monitor could not tell.
      loggingFormat: LoggingFormat.TEXT,
      // Retries are the monitor's. Lambda's own bear the same request id, after 1 and 2 minutes, and race recovery.
      retryAttempts: 0,
      // The shortest there is: an event still throttled by then is the monitor's to try again, and invoking it from both
      // the queue and the monitor would only add load where there is too much already.
      maxEventAge: Duration.minutes(1),
      onFailure: props.failedEvents.destinationFor(this.role),
      environment: { ...props.environment },
      // CDK's default sets a variable that only version 2 of the SDK reads.
      awsSdkConnectionReuse: false,
      bundling: {
        // The version that was tested, not the runtime's of the day; and less to load than the whole SDK.
        bundleAwsSDK: true,
        // `index.mjs` is a module wherever it is unpacked; `index.js` would depend on a package.json above it.
        format: OutputFormat.ESM,
        mainFields: ['module', 'main'],
        // CommonJS dependencies call require for Node's own modules, which a module does not have.
        banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
        // All of minify but shorter names: a stack then says where. `keepNames` would do so as well, and name each closure
        // anew whenever one is made, which is a twentieth of what a call of the SDK costs.
        esbuildArgs: { '--minify-whitespace': true, '--minify-syntax': true },
        // A map is larger than the code and makes every throw slower; names in the stack suffice to find the place.
        sourceMap: false,
      },
    });
  }

  /** `grantInvoke` would allow every version and alias besides, and there are none. */
  allowInvoking(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.handler.functionArn] }),
    );
  }
}
