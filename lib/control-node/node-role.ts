import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../acknowledge-wildcard.ts';
import type { AppStore } from '../app-store.ts';
import type { FailedEvents } from '../failed-events.ts';
import type { StateStorage } from '../state-storage.ts';
import type { StepFunction } from '../step-function.ts';
import type { StepLogs } from '../step-logs.ts';
import type { NodeCode } from './node-code.ts';
import type { NodeLogs } from './node-logs.ts';

export interface NodeRoleProps {
  readonly appStore: AppStore;
  readonly stateStorage: StateStorage;
  readonly logs: StepLogs;
  readonly failedEvents: FailedEvents;
  readonly steps: readonly StepFunction[];
  readonly nodeLogs: NodeLogs;
  readonly code: NodeCode;
}

/** What coordinator and monitor may do, and what their host needs. No managed policy: each verb stands somewhere below. */
export class NodeRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: NodeRoleProps) {
    super(scope, id);
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });

    props.appStore.allowWritingOrders(this.role);
    props.appStore.allowWritingIdempotencyKeys(this.role);
    props.appStore.allowChangingItems(this.role);
    props.appStore.allowChangingStock(this.role);
    props.appStore.allowChangingPayments(this.role);
    props.stateStorage.allowWritingFacts(this.role);
    props.stateStorage.allowIndexingFailures(this.role);
    props.stateStorage.allowRedrivingIncidents(this.role);
    props.stateStorage.allowRemembering(this.role);
    props.logs.allowReading(this.role);
    props.logs.allowWritingCanaries(this.role);
    props.failedEvents.allowReceiving(this.role);
    for (const step of props.steps) step.allowInvoking(this.role);

    props.code.allowFetching(this.role);
    props.nodeLogs.allowWriting(this.role);
    this.#allowSessions();
  }

  /**
   * The least with which Session Manager reaches a host (Systems Manager user guide, "Create a custom IAM role for
   * Session Manager"), instead of AmazonSSMManagedInstanceCore, which may read every parameter of the account.
   */
  #allowSessions(): void {
    this.role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        // Channels have no ARN, and the instance that reports itself does not exist yet.
        resources: ['*'],
      }),
    );
    acknowledgeWildcard(
      this.role,
      '*',
      'Session channels are not resources, so IAM offers nothing narrower; a channel serves only its own host.',
    );
  }
}
