import { Stack, type CfnElement } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { UserData } from 'aws-cdk-lib/aws-ec2';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AppStore } from '../app-store.ts';
import type { FailedEvents } from '../failed-events.ts';
import type { Stage } from '../stage.ts';
import type { StateStorage } from '../state-storage.ts';
import type { StepFunction } from '../step-function.ts';
import type { StepLogs } from '../step-logs.ts';
import { NodeCode } from './node-code.ts';
import { nodeEnvironment } from './node-environment.ts';
import { NodeGroup } from './node-group.ts';
import { NodeLogs } from './node-logs.ts';
import { NodeNetwork } from './node-network.ts';
import { NodeOutputs } from './node-outputs.ts';
import { NodeRole } from './node-role.ts';
import { userDataLines } from './user-data.ts';

export interface ControlNodeProps {
  readonly stage: Stage;
  readonly appStore: AppStore;
  readonly stateStorage: StateStorage;
  readonly logs: StepLogs;
  readonly failedEvents: FailedEvents;
  readonly steps: readonly StepFunction[];
}

/**
 * The host of coordinator and monitor: one instance that is replaced, never repaired. It keeps nothing that is not in
 * S3, so that a second one beside it, during a replacement, is safe.
 */
export class ControlNode extends Construct {
  readonly group: AutoScalingGroup;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: ControlNodeProps) {
    super(scope, id);
    const network = new NodeNetwork(this, 'Network');
    const logs = new NodeLogs(this, 'Logs', { stage: props.stage });
    const code = new NodeCode(this, 'Code');
    const { role } = new NodeRole(this, 'Role', { ...props, nodeLogs: logs, code });

    const userData = UserData.custom('#!/bin/bash');
    const { group } = new NodeGroup(this, 'Group', { stage: props.stage, network, role, userData });
    // Created after what it writes to and, what matters more, deleted before it: a bucket that is emptied while the monitor
    // still writes cannot be deleted, and the whole deletion of the stack would fail.
    group.node.addDependency(props.appStore, props.stateStorage);
    const environment = nodeEnvironment(Stack.of(this), props);
    userData.addCommands(
      ...userDataLines(Stack.of(this), {
        environment,
        codeUrl: code.asset.s3ObjectUrl,
        logGroupName: logs.group.logGroupName,
        groupLogicalId: Stack.of(this).getLogicalId(group.node.defaultChild as CfnElement),
      }),
    );

    new NodeOutputs(this, 'Outputs', { ...props, group, environment });
    this.group = group;
    this.logGroup = logs.group;
  }
}
