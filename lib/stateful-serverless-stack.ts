import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AppStore } from './app-store.ts';
import { ConfirmOrder } from './confirm-order.ts';
import { ControlNodeOutput } from './control-node-output.ts';
import { NotificationsRole } from './notifications-role.ts';
import { Payment } from './payment.ts';
import type { Stage } from './stage.ts';
import { StateStorage } from './state-storage.ts';
import { StepLogs } from './step-logs.ts';

export interface StatefulServerlessStackProps extends StackProps {
  readonly stage: Stage;
}

/** The data path of the booking: an order starts confirm-order, and confirm-order's step record starts payment. */
export class StatefulServerlessStack extends Stack {
  constructor(scope: Construct, id: string, props: StatefulServerlessStackProps) {
    super(scope, id, { ...props, terminationProtection: props.stage.retainData });
    const { stage } = props;

    const notificationsRole = new NotificationsRole(this, 'NotificationsRole');
    const appStore = new AppStore(this, 'AppStore', { stage, notificationsRole });
    const stateStorage = new StateStorage(this, 'StateStorage', { stage, notificationsRole });
    const logs = new StepLogs(this, 'StepLogs', { stage });

    const confirmOrder = new ConfirmOrder(this, 'ConfirmOrder', { stage, appStore, stateStorage, logs });
    const payment = new Payment(this, 'Payment', { stage, appStore, stateStorage, logs });

    appStore.startOnOrder(confirmOrder.handler);
    stateStorage.startOnStepRecord('confirm-order', payment.handler);

    new ControlNodeOutput(this, 'ControlNode', { stage, appStore, stateStorage, logs, steps: [confirmOrder, payment] });
  }
}
