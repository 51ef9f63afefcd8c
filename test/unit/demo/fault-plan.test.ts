import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../demo/faults/fault.ts';
import { planFaults, planFullRestore, planRestore, type ApiCall } from '../../../demo/faults/fault-plan.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';
import { aDeployment } from './a-deployment.ts';

const deployment = aDeployment();
const FAULTS: Readonly<Record<Fault['kind'], Fault>> = {
  environment: { kind: 'environment', step: 'payment', variables: { STATE_STORAGE_BUCKET: 'Invalid_Bucket_Name' } },
  code: { kind: 'code', step: 'payment', build: 'type-error' },
  denied: { kind: 'denied', step: 'payment', store: 'stateStorage', actions: ['s3:GetObject'], keys: ['executions/*'] },
  timeout: { kind: 'timeout', step: 'payment', timeoutSeconds: 600 },
  'node-denied': { kind: 'node-denied', store: 'appStore', actions: ['s3:PutObject'], keys: ['payments/*'] },
  throttled: { kind: 'throttled', step: 'payment' },
  unnotified: { kind: 'unnotified', step: 'payment' },
};

describe('the plan of a fault', () => {
  it('refuses a step that the stack does not have', () => {
    expect(() => planFaults(deployment, [{ kind: 'throttled', step: 'shipping' }])).toThrow(/shipping.*payment/s);
  });

  it('calls nothing when there is no fault', () => {
    expect(planFaults(deployment, [])).toEqual([]);
    expect(planRestore(deployment, [])).toEqual([]);
  });

  it('keeps the variables that it does not set', () => {
    const fault: Fault = {
      kind: 'environment',
      step: 'payment',
      variables: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' },
    };
    expect(planFaults(deployment, [fault])).toEqual([
      {
        operation: 'UpdateFunctionConfiguration',
        functionName: 'payment-1',
        variables: { STATE_STORAGE_BUCKET: 'state-storage-1', AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9' },
        timeoutSeconds: 10,
      },
    ]);
  });

  it('sets a timeout beside the variables that the function has', () => {
    const [call] = planFaults(deployment, [FAULTS.timeout]);
    expect(call).toMatchObject({ variables: { STATE_STORAGE_BUCKET: 'state-storage-1' }, timeoutSeconds: 600 });
    expect(planRestore(deployment, [FAULTS.timeout])).toMatchObject([{ timeoutSeconds: 10 }]);
  });

  it("adds a deny for the function's role to the policy that the bucket has", () => {
    const [call] = planFaults(deployment, [FAULTS.denied]);
    expect(call).toMatchObject({
      operation: 'PutBucketPolicy',
      bucket: 'state-storage-1',
      policy: {
        Statement: [
          { Action: 's3:*' },
          {
            Effect: 'Deny',
            Principal: { AWS: 'arn:aws:iam::123456789012:role/role-1' },
            Action: ['s3:GetObject'],
            Resource: ['arn:aws:s3:::state-storage-1/executions/*'],
          },
        ],
      },
    });
  });

  it('adds a deny for the role of coordinator and monitor, and touches no function', () => {
    expect(planFaults(deployment, [FAULTS['node-denied']])).toMatchObject([
      {
        operation: 'PutBucketPolicy',
        bucket: 'app-store-1',
        policy: {
          Statement: [
            {
              Effect: 'Deny',
              Principal: { AWS: 'arn:aws:iam::123456789012:role/node-role-1' },
              Action: ['s3:PutObject'],
              Resource: ['arn:aws:s3:::app-store-1/payments/*'],
            },
          ],
        },
      },
    ]);
    expect(planRestore(deployment, [FAULTS['node-denied']])).toEqual([
      { operation: 'DeleteBucketPolicy', bucket: 'app-store-1' },
    ]);
  });

  it('gives each of several denies of one bucket an id of its own, as S3 demands', () => {
    const [call] = planFaults(deployment, [FAULTS.denied, FAULTS.denied]);
    const statements = (call as Extract<ApiCall, { operation: 'PutBucketPolicy' }>).policy.Statement as {
      Sid?: string;
    }[];
    const ids = statements.flatMap(({ Sid }) => Sid ?? []);
    expect(new Set(ids).size).toBe(2);
  });

  it('takes away the notification of that function alone', () => {
    expect(planFaults(deployment, [FAULTS.unnotified])).toEqual([
      {
        operation: 'PutBucketNotificationConfiguration',
        bucket: 'state-storage-1',
        configuration: { LambdaFunctionConfigurations: [] },
      },
    ]);
  });

  it('keeps what else the bucket notifies, for what is left out of a put is gone', () => {
    const deployment = aDeployment();
    const { stateStorage } = deployment.stores;
    const notifications = { ...stateStorage.notifications, EventBridgeConfiguration: {} };
    const withMore = {
      ...deployment,
      stores: { ...deployment.stores, stateStorage: { ...stateStorage, notifications } },
    };
    for (const plan of [planFaults(withMore, [FAULTS.unnotified]), planRestore(withMore, [FAULTS.unnotified])])
      expect(plan).toMatchObject([{ configuration: { EventBridgeConfiguration: {} } }]);
  });

  it('deletes the policy of a bucket that has none in the template, as S3 takes no empty one', () => {
    const onAppStore: Fault = { ...FAULTS.denied, store: 'appStore' } as Fault;
    expect(planRestore(deployment, [onAppStore])).toEqual([{ operation: 'DeleteBucketPolicy', bucket: 'app-store-1' }]);
  });

  it('gives a function back the concurrency that the template reserves for it', () => {
    const payment = { ...deployment.functions.payment!, reservedConcurrency: 5 };
    expect(planRestore({ ...deployment, functions: { payment } }, [FAULTS.throttled])).toEqual([
      { operation: 'PutFunctionConcurrency', functionName: 'payment-1', reserved: 5 },
    ]);
  });

  it.each(Object.values(FAULTS))('is undone by the same parts as the template says: $kind', (fault) => {
    const put = planFaults(deployment, [fault]);
    const restored = planRestore(deployment, [fault]);
    const full = planFullRestore(deployment);
    expect(put.length).toBeGreaterThan(0);
    expect(restored).toHaveLength(put.length);
    for (const call of restored) expect(full).toContainEqual(call);
    for (const call of put) expect(full).not.toContainEqual(call);
  });

  it('can be taken out by a run that does not know what was put in', () => {
    const parts = new Set(planFullRestore(deployment).map(partOf));
    for (const fault of Object.values(FAULTS)) {
      for (const call of planFaults(deployment, [fault])) expect(parts).toContain(partOf(call));
    }
  });
});

describe('the scenarios', () => {
  it('have names that --only takes, each once', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});

/** What of the stack a call sets. */
function partOf(call: ApiCall): string {
  const target = 'bucket' in call ? call.bucket : call.functionName;
  return `${call.operation.replace(/^(Put|Update|Delete)/, '')} ${target}`;
}
