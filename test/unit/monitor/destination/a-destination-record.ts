import { stepRecordKey } from '../../../../workflow/keys.ts';
import { aTriggerEvent } from '../../../support/a-trigger-event.ts';
import { APP_STORE_BUCKET, STATE_STORAGE_BUCKET } from '../../../support/memory-s3.ts';
import type { RecordReading } from '../../../../monitor/destination/destination-record.ts';
import { DEFINITION, EXECUTION, REQUEST, STEP_FUNCTIONS } from '../builders.ts';

export const READING: RecordReading = {
  definition: DEFINITION,
  stepFunctions: STEP_FUNCTIONS,
  appStore: APP_STORE_BUCKET,
  stateStorage: STATE_STORAGE_BUCKET,
};

export const GAVE_UP_AT = Date.UTC(2026, 0, 1, 0, 0, 3, 250);

/** The event that starts payment. */
export function paymentEvent(attempt?: number, executionId = EXECUTION): object {
  const key = stepRecordKey(executionId, 'confirm-order');
  return aTriggerEvent(STATE_STORAGE_BUCKET, key, { ...(attempt !== undefined && { attempt }) });
}

export function functionArn(name: string): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${name}:$LATEST`;
}

/** What Lambda writes of an event of payment whose function threw. */
export function aDestinationRecord(changes: object = {}, context: object = {}): object {
  return {
    version: '1.0',
    timestamp: new Date(GAVE_UP_AT).toISOString(),
    requestContext: {
      requestId: REQUEST,
      functionArn: functionArn('payment-function'),
      condition: 'RetriesExhausted',
      approximateInvokeCount: 1,
      ...context,
    },
    requestPayload: paymentEvent(),
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'TypeError', errorMessage: 'x is not a function', trace: ['TypeError: x is …'] },
    ...changes,
  };
}
