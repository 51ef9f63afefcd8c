import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Construct } from 'constructs';
import type { AppStore } from '../app-store.ts';
import type { Stage } from '../stage.ts';
import type { StateStorage } from '../state-storage.ts';
import type { NodeEnvironment } from './node-environment.ts';

export interface NodeOutputsProps {
  readonly stage: Stage;
  readonly appStore: AppStore;
  readonly stateStorage: StateStorage;
  readonly group: AutoScalingGroup;
  readonly environment: NodeEnvironment;
}

/** What a person, or the demo, needs next after a deployment. */
export class NodeOutputs extends Construct {
  constructor(scope: Construct, id: string, { stage, appStore, stateStorage, group, environment }: NodeOutputsProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.#add('Stage', 'Which of the stages in bin/stages.ts this is', stage.name);
    this.#add(
      'OpenPage',
      'Run it, then open http://127.0.0.1:8080; needs the Session Manager plugin of the AWS CLI',
      openPageCommand(stack.region, group.autoScalingGroupName),
    );
    this.#add('AppStoreBucketName', 'Orders, items, stock, payments', appStore.bucket.bucketName);
    this.#add('StateStorageBucketName', 'The facts of every execution', stateStorage.bucket.bucketName);
    this.#add(
      'ControlNodeEnvironment',
      'Environment of coordinator and monitor, a JSON object of strings',
      stack.toJsonString(environment),
    );
  }

  /** Under the plain name: a construct path in it would be typed by people. */
  #add(name: string, description: string, value: string): void {
    new CfnOutput(this, name, { description, value }).overrideLogicalId(name);
  }
}

/** The instance changes with every replacement, so the command asks for the one of the day. */
function openPageCommand(region: string, groupName: string): string {
  const instance =
    `aws autoscaling describe-auto-scaling-groups --region ${region} --auto-scaling-group-names ${groupName} ` +
    '--query "AutoScalingGroups[0].Instances[?LifecycleState==\'InService\'].InstanceId | [0]" --output text';
  return (
    `aws ssm start-session --region ${region} --target "$(${instance})" ` +
    `--document-name AWS-StartPortForwardingSession --parameters portNumber=8080,localPortNumber=8080`
  );
}
