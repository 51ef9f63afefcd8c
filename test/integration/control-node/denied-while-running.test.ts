import { ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createAwsClients, type AwsClients } from '../../../laptop/aws-access.ts';
import { CAN_BOOT } from './first-boot.ts';
import type { Service } from './service.ts';
import { StackWithNode } from './stack-with-node.ts';

/** The monitor notices at the sweep's second failure, and tries less and less often until it may again. */
const PATIENCE = { timeout: 30_000, interval: 50 };

let stack: StackWithNode;
let clients: AwsClients;
let services: readonly [coordinator: Service, monitor: Service];

beforeAll(async () => {
  stack = await StackWithNode.deploy();
  clients = createAwsClients(stack.access);
  services = await Promise.all([stack.start('coordinator', { port: 0 }), stack.start('monitor', { port: 0 })]);
  await Promise.all(services.map((service) => service.untilReady()));
});

afterAll(async () => {
  await stack.remove();
  clients.close();
});

async function nodeRoleArn(): Promise<string> {
  const { stackName, account } = stack.aws;
  const answer = await clients.cloudFormation.send(new ListStackResourcesCommand({ StackName: stackName }));
  const roles = answer.StackResourceSummaries?.filter(
    ({ ResourceType, LogicalResourceId }) =>
      ResourceType === 'AWS::IAM::Role' && LogicalResourceId?.startsWith('ControlNodeRole'),
  );
  expect(roles).toHaveLength(1);
  return `arn:aws:iam::${account}:role/${roles?.[0]?.PhysicalResourceId}`;
}

/** Gives what makes it as it was. */
async function denyNode(bucket: string): Promise<() => Promise<unknown>> {
  const { Policy: before = '' } = await clients.s3.send(new GetBucketPolicyCommand({ Bucket: bucket }));
  const policy = JSON.parse(before) as { readonly Statement: readonly object[] };
  const deny = {
    Effect: 'Deny',
    Principal: { AWS: await nodeRoleArn() },
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  };
  const put = (text: string) => clients.s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: text }));
  await put(JSON.stringify({ ...policy, Statement: [...policy.Statement, deny] }));
  return () => put(before);
}

it.runIf(CAN_BOOT)(
  'is not ready and says why while a bucket denies the node everything, and is ready again by itself',
  async () => {
    const bucket = services[0].unit.environment['STATE_STORAGE_BUCKET'] ?? '';
    const allow = await denyNode(bucket);
    for (const service of services) {
      await vi.waitFor(async () => {
        const { status, body } = await service.readiness();
        expect(status).toBe(503);
        expect(body.detail).toContain(`could not list executions/ in bucket ${bucket}: AccessDenied`);
      }, PATIENCE);
    }

    await allow();
    for (const service of services) {
      await vi.waitFor(async () => {
        expect(await service.readiness()).toMatchObject({ status: 200, body: { status: 'ok' } });
      }, PATIENCE);
      // The same process all the time: nothing had to be started again.
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      expect(service.stderr).toBe('');
    }
  },
);
