import type { Construct } from 'constructs';
import type { PaymentEnvironment } from '../lambdas/payment/environment.ts';
import { StepFunction, type StepProps } from './step-function.ts';

/** Reads what confirm-order recorded, captures the payment, records how that ended. */
export class Payment extends StepFunction {
  constructor(scope: Construct, id: string, { stage, appStore, stateStorage, logs, failedEvents }: StepProps) {
    super(scope, id, {
      step: 'payment',
      timeoutMs: stage.stepTimeoutsMs.payment,
      logs,
      failedEvents,
      environment: {
        APP_STORE_BUCKET: appStore.bucket.bucketName,
        STATE_STORAGE_BUCKET: stateStorage.bucket.bucketName,
      } satisfies PaymentEnvironment,
    });
    stateStorage.allowReadingRecord(this.role, 'confirm-order');
    stateStorage.allowWritingRecord(this.role, 'payment');
    appStore.allowCapturingPayments(this.role);
  }
}
