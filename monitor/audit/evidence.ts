import type { Fact, Facts } from '../../workflow/facts.ts';
import {
  attemptClaimKey,
  attemptInvokedKey,
  barredKey,
  confirmationKey,
  orderKey,
  recoveryAttemptKey,
  recoveryKey,
  recoveryRequestKey,
  redriveKey,
  stepRecordKey,
} from '../../workflow/keys.ts';
import type { Failure } from '../../workflow/failure.ts';
import type { StepRecord } from '../../workflow/records.ts';
import { describeFailure } from '../examination/describe-repair.ts';
import type { Evidence } from './finding.ts';

/** Everything that S3 knows of an execution, in the order in which it was written, in words. */
export function evidenceOf({
  executionId,
  order,
  steps,
  recoveryAttempts,
  recoveryRequests,
  recovery,
  redrive,
}: Facts): readonly Evidence[] {
  const found: Evidence[] = [];
  const note = (object: string, fact: Fact<unknown> | undefined, says: string) => {
    if (fact !== undefined) found.push({ at: fact.at, object, says });
  };
  const { workflow, redriveOf } = order.value;
  note(
    orderKey(executionId),
    order,
    `order of ${workflow.name} ${workflow.version}${redriveOf === undefined ? '' : `, a redrive of ${redriveOf}`}`,
  );
  for (const [step, { record, attempts, confirmations, barred }] of steps) {
    if (record !== undefined) note(stepRecordKey(executionId, step), record, describeRecord(record.value));
    for (const [attempt, { claim, invoked }] of attempts) {
      if (claim !== undefined)
        note(
          attemptClaimKey(executionId, step, attempt),
          claim,
          `attempt ${attempt} of ${step} claimed for ${new Date(claim.value.invokeAt).toISOString()}, because attempt ${attempt - 1} failed: ${failureWithEvidence(claim.value.because)}`,
        );
      if (invoked !== undefined)
        note(
          attemptInvokedKey(executionId, step, attempt),
          invoked,
          `attempt ${attempt} of ${step} invoked, request ${invoked.value.requestId}`,
        );
    }
    for (const [attempt, late] of barred) {
      const { by, write, requestId } = late.value;
      note(
        barredKey(executionId, step, attempt),
        late,
        `late ${write} of attempt ${attempt} of ${step} refused by the ${by}, request ${requestId}`,
      );
    }
    for (const confirmed of [...confirmations.values()].flat()) {
      const { attempt, signal } = confirmed.value;
      note(
        confirmationKey(executionId, step, attempt, signal),
        confirmed,
        `failure of attempt ${attempt} of ${step} confirmed: ${failureWithEvidence(confirmed.value)}`,
      );
    }
  }
  for (const request of recoveryRequests) {
    note(recoveryRequestKey(executionId, request.value.request), request, 'a person asked for its recovery');
  }
  for (const failed of recoveryAttempts) {
    const { attempt, handler, error, message } = failed.value;
    note(
      recoveryAttemptKey(executionId, attempt),
      failed,
      `try ${attempt} of recovery failed in ${handler}: ${error}: ${message}`,
    );
  }
  note(recoveryKey(executionId), recovery, 'recovered, and read back');
  note(redriveKey(executionId), redrive, `redriven as ${redrive?.value.newExecutionId ?? ''}`);
  return found.sort((a, b) => a.at - b.at);
}

function describeRecord(record: StepRecord): string {
  const { step, status, attempt, requestId, writtenBy } = record;
  const what = `${step} ${status} in attempt ${attempt}, written by ${writtenBy}${requestId === undefined ? '' : `, request ${requestId}`}`;
  return record.status === 'FAILED' ? `${what}: ${failureWithEvidence(record.failure)}` : what;
}

function failureWithEvidence(failure: Failure): string {
  const { requestId, evidence = [] } = failure;
  const where = [
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
    ...(evidence.length === 0 ? [] : [`evidence ${evidence.join(', ')}`]),
  ];
  return `${describeFailure(failure)}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
}
