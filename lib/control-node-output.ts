import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CoordinatorEnvironment } from '../coordinator/environment.ts';
import type { MonitorEnvironment, StepFunctions } from '../monitor/environment.ts';
import type { AppStore } from './app-store.ts';
import { ORDER_RETENTION } from './retention.ts';
import type { Stage } from './stage.ts';
import type { StateStorage } from './state-storage.ts';
import type { StepFunction } from './step-function.ts';
import type { StepLogs } from './step-logs.ts';

export interface ControlNodeOutputProps {
  readonly stage: Stage;
  readonly appStore: AppStore;
  readonly stateStorage: StateStorage;
  readonly logs: StepLogs;
  readonly steps: readonly StepFunction[];
}

/** The environment of coordinator and monitor as an output of the stack, so that they can be started anywhere. */
export class ControlNodeOutput extends Construct {
  readonly environment: CoordinatorEnvironment & MonitorEnvironment;

  constructor(scope: Construct, id: string, props: ControlNodeOutputProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const stepFunctions: StepFunctions = Object.fromEntries(
      props.steps.map(({ step, handler, timeoutMs }) => [step, { functionName: handler.functionName, timeoutMs }]),
    );
    this.environment = {
      AWS_REGION: stack.region,
      STACK_NAME: stack.stackName,
      APP_STORE_BUCKET: props.appStore.bucket.bucketName,
      STATE_STORAGE_BUCKET: props.stateStorage.bucket.bucketName,
      LOG_GROUP: props.logs.group.logGroupName,
      STEP_FUNCTIONS: stack.toJsonString(stepFunctions),
      EVIDENCE_SLACK_MS: String(props.stage.evidenceSlackMs),
      ORDER_RETENTION_DAYS: String(ORDER_RETENTION.toDays()),
    };
    new CfnOutput(this, 'Environment', {
      description: 'Environment of coordinator and monitor, a JSON object of strings',
      value: stack.toJsonString(this.environment),
    }).overrideLogicalId('ControlNodeEnvironment');
  }
}
