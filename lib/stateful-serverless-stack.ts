import { Fn, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { AppStore } from './app-store.ts';
import { ConfirmOrder } from './confirm-order.ts';
import { ControlNode } from './control-node/control-node.ts';
import { Dashboard } from './dashboard.ts';
import { FailedEvents } from './failed-events.ts';
import { NotificationsRole } from './notifications-role.ts';
import { Payment } from './payment.ts';
import type { Stage } from './stage.ts';
import { StateStorage } from './state-storage.ts';
import { StepLogs } from './step-logs.ts';

export interface StatefulServerlessStackProps extends StackProps {
  readonly stage: Stage;
}

/**
 * The booking. Data path: an order starts confirm-order, and confirm-order's step record starts payment. Control path:
 * the node with coordinator and monitor.
 */
export class StatefulServerlessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatefulServerlessStackProps) {
    super(scope, id, { ...props, terminationProtection: props.stage.retainData });
    const { stage } = props;

    const notificationsRole = new NotificationsRole(this, 'NotificationsRole');
    const appStore = new AppStore(this, 'AppStore', { stage, notificationsRole });
    const stateStorage = new StateStorage(this, 'StateStorage', { stage, notificationsRole });
    const logs = new StepLogs(this, 'StepLogs', { stage });
    const failedEvents = new FailedEvents(this, 'FailedEvents');

    const shared = { stage, appStore, stateStorage, logs, failedEvents };
    const confirmOrder = new ConfirmOrder(this, 'ConfirmOrder', shared);
    const payment = new Payment(this, 'Payment', shared);

    appStore.startOnOrder(confirmOrder.handler);
    stateStorage.startOnStepRecord('confirm-order', payment.handler);

    const steps = [confirmOrder, payment];
    const controlNode = new ControlNode(this, 'ControlNode', { ...shared, steps });

    const alarms = new Alarms(this, 'Alarms', { stage });
    // Before the node is up both processes are silent, and nobody need be told.
    alarms.node.addDependency(controlNode);
    new Dashboard(this, 'Dashboard', {
      stage,
      stepLogs: logs.group,
      nodeLogs: controlNode.logGroup,
      groupName: controlNode.group.autoScalingGroupName,
      alarms: alarms.alarms,
    });
  }

  /** Two zones of whatever region it is, chosen by CloudFormation: the CDK's own answer would look them up in the account. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }
}
