import { confirmationSchema, type Confirmation, type Receipt } from '../../booking/order.ts';
import type { PaymentProvider } from '../../booking/payment-provider.ts';
import type { ObjectStore } from '../../storage/object-store.ts';
import { stepRecordKey } from '../../workflow/keys.ts';
import { stepRecordSchema, type StepRecord } from '../../workflow/records.ts';
import type { StepTrigger } from '../../workflow/trigger-event.ts';
import type { StepResult } from '../step.ts';

export interface PaymentOptions {
  readonly stateStorage: Pick<ObjectStore, 'get'>;
  readonly provider: Pick<PaymentProvider, 'capture'>;
}

/** The trigger is not a confirmation: it is missing, of another step, or not what confirm-order writes. */
export class UnknownConfirmationError extends Error {
  override readonly name = 'UnknownConfirmationError';
}

/** Captures the payment of a confirmed order, under the execution's id as the idempotency key. */
export function payment({ stateStorage, provider }: PaymentOptions): (trigger: StepTrigger) => Promise<StepResult> {
  return async (trigger) => {
    const record = await readPredecessor(stateStorage, trigger);
    if (record.status === 'FAILED') return { status: 'SKIPPED' };
    const { total, currency, paymentMethod } = readConfirmation(record.output, trigger);
    const result = await provider.capture({ idempotencyKey: record.executionId, total, currency, paymentMethod });
    switch (result.status) {
      case 'captured':
        return { status: 'SUCCEEDED', output: { paymentId: result.paymentId, total, currency } satisfies Receipt };
      case 'declined':
        return { status: 'REJECTED', error: 'CardDeclined', message: result.reason };
      case 'barred':
        return { status: 'BARRED', write: 'payment-capture' };
    }
  };
}

async function readPredecessor(
  stateStorage: Pick<ObjectStore, 'get'>,
  { executionId, key }: StepTrigger,
): Promise<StepRecord> {
  const expected = stepRecordKey(executionId, 'confirm-order');
  if (key !== expected)
    throw new UnknownConfirmationError(`the trigger ${key} is not a confirmation: confirmations are ${expected}`);
  const object = await stateStorage.get(key);
  if (object === undefined) throw new UnknownConfirmationError(`there is no confirmation ${key}`);
  const parsed = stepRecordSchema.safeParse(object.body);
  if (!parsed.success)
    throw new UnknownConfirmationError(`confirmation ${key} cannot be read: ${parsed.error.issues[0]?.message ?? ''}`);
  if (parsed.data.executionId !== executionId)
    throw new UnknownConfirmationError(`confirmation ${key} names another execution, ${parsed.data.executionId}`);
  return parsed.data;
}

function readConfirmation(output: unknown, { key }: StepTrigger): Confirmation {
  const parsed = confirmationSchema.safeParse(output);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnknownConfirmationError(
    `the output in ${key} is not a confirmation: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
