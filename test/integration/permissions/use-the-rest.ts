import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { uuidv7 } from 'uuidv7';
import { expect, vi } from 'vitest';
import type { ScenarioResult } from '../../../demo/scenarios/outcome.ts';
import type { Target } from '../../../demo/target.ts';
import { createAwsClients, type AwsAccess } from '../../../laptop/aws-access.ts';
import { failureKey, indexFailure } from '../../../workflow/failure-index.ts';
import { MIN_EQUAL_FAILURES } from '../../../workflow/incidents.ts';
import { orderKey, stepRecordKey } from '../../../workflow/keys.ts';
import type { OrderRecord } from '../../../workflow/records.ts';
import { aTriggerEvent } from '../../support/a-trigger-event.ts';

export interface UseTheRestOptions {
  readonly target: Target;
  /** Of scenarios, among them one that succeeded and one that failed. */
  readonly results: readonly ScenarioResult[];
  readonly aws: AwsAccess;
}

/** What people and AWS do that is in no scenario: lists, redrives, repeated events, an order for what was never there. */
export async function useTheRest({ target, results, aws }: UseTheRestOptions): Promise<void> {
  const { api } = target;
  const idOf = (status: string) => results.find((result) => result.status === status)?.executionId ?? 'none';
  expect(await api.request('POST', `/orders/${idOf('FAILED')}/redrive`)).toMatchObject({ status: 202 });
  expect(await api.request('GET', '/orders')).toMatchObject({ status: 200 });
  expect(await api.request('GET', '/items')).toMatchObject({ status: 200 });

  await redriveIncident(idOf('FAILED'), target);
  const clients = createAwsClients(aws);
  await repeatEvents(idOf('SUCCEEDED'), target, clients.lambda).finally(() => clients.close());
  await orderUnknownItem(idOf('SUCCEEDED'), target);
}

/** As if one order had failed five times: its incident is redriven, and its one repetition is there already. */
async function redriveIncident(executionId: string, { api, stores }: Target): Promise<void> {
  const { failure } = await api.read(executionId);
  if (failure === undefined) throw new Error(`order ${executionId} has no failure`);
  const { step, ...rest } = failure;
  const failures = Array.from({ length: MIN_EQUAL_FAILURES }, (_, n) =>
    indexFailure(executionId, step, { ...rest, kind: 'TIMEOUT', error: 'Unheard', detectedAt: failure.detectedAt + n }),
  );
  for (const each of failures) await stores.stateStorage.putIfAbsent(failureKey(each), {});
  const path = `/incidents/${failures[0]?.name ?? ''}`;
  expect(await api.request('POST', `${path}/redrive`)).toMatchObject({ status: 202 });
  await vi.waitUntil(async () => JSON.stringify((await api.request('GET', path)).body).includes('"DONE"'), {
    timeout: 20_000,
    interval: 100,
  });
}

/** S3 delivers at least once: both functions find what their first run has written. */
async function repeatEvents(executionId: string, { deployment, stores }: Target, lambda: LambdaClient): Promise<void> {
  const events = {
    'confirm-order': aTriggerEvent(stores.appStore.bucket, orderKey(executionId), { at: Date.now() }),
    payment: aTriggerEvent(stores.stateStorage.bucket, stepRecordKey(executionId, 'confirm-order'), { at: Date.now() }),
  };
  for (const [step, event] of Object.entries(events)) {
    const FunctionName = deployment.functions[step]?.functionName;
    const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
    expect(answer.FunctionError).toBeUndefined();
  }
}

/** The coordinator would refuse it; the function must know by itself. */
async function orderUnknownItem(modelId: string, { api, stores }: Target): Promise<void> {
  const model = (await stores.appStore.get(orderKey(modelId)))?.body as OrderRecord;
  const executionId = uuidv7();
  const input = { ...(model.input as object), itemId: 'never-for-sale' };
  await stores.appStore.putIfAbsent(orderKey(executionId), { ...model, executionId, input });
  await vi.waitUntil(async () => (await api.read(executionId)).status === 'FAILED', { timeout: 20_000, interval: 100 });
}
