import type { Construct } from 'constructs';
import type { ConfirmOrderEnvironment } from '../lambdas/confirm-order/environment.ts';
import { StepFunction, type StepProps } from './step-function.ts';

/** Reads an order, reserves units of its item, records how that ended. */
export class ConfirmOrder extends StepFunction {
  constructor(scope: Construct, id: string, { stage, appStore, stateStorage, logs, failedEvents }: StepProps) {
    super(scope, id, {
      step: 'confirm-order',
      timeoutMs: stage.stepTimeoutsMs['confirm-order'],
      logs,
      failedEvents,
      environment: {
        APP_STORE_BUCKET: appStore.bucket.bucketName,
        STATE_STORAGE_BUCKET: stateStorage.bucket.bucketName,
      } satisfies ConfirmOrderEnvironment,
    });
    appStore.allowReadingOrders(this.role);
    appStore.allowChangingStock(this.role);
    stateStorage.allowWritingRecord(this.role, 'confirm-order');
  }
}
