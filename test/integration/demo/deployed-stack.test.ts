import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Deployment } from '../../../demo/faults/deployment.ts';
import { planFullRestore } from '../../../demo/faults/fault-plan.ts';
import { findDeployment } from '../../../demo/faults/find-deployment.ts';
import { readBack, wantedBy } from '../../../demo/faults/read-back.ts';
import { StackClaim } from '../../../demo/stack-claim.ts';
import { describeStack } from '../../../laptop/describe-stack.ts';
import { createAwsClients, type AwsClients } from '../../../laptop/aws-access.ts';
import { freePort } from '../../../laptop/free-port.ts';
import { startSystem } from '../../../laptop/system.ts';
import type { System } from '../../../laptop/system-options.ts';
import { systemClock } from '../../../platform/clock.ts';
import { ObjectStore } from '../../../storage/object-store.ts';
import { startDemo, type Ended } from './demo-process.ts';

const PATIENCE = { timeout: 30_000, interval: 20 };
/** Somebody starts this many processes one after another, each with the SDK and the product in it. */
const LONG_MS = 120_000;

let stateFolder: string;
let system: System;
let clients: AwsClients;
let deployment: Deployment;
let environment: Readonly<Record<string, string>>;
let asDeployed: readonly unknown[];

beforeAll(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'deployed-stack-test-'));
  system = await startSystem({ stateFolder, hostEnvironment: process.env });
  clients = createAwsClients(system.aws);
  const { endpoint, region, accessKeyId, secretAccessKey } = system.aws;
  // What any AWS SDK and the AWS CLI read.
  environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  deployment = await findDeployment(
    clients.cloudFormation,
    await describeStack(clients.cloudFormation, system.stackName),
  );
  asDeployed = await settings();
});

afterAll(async () => {
  clients.close();
  await system.stop();
  await rm(stateFolder, { recursive: true, force: true });
});

/** Everything that a fault can change, as AWS has it now. */
function settings(): Promise<readonly unknown[]> {
  return Promise.all(planFullRestore(deployment).map((call) => readBack(call, clients)));
}

/** Keys of the items, or of their stock, that runs have left in the app store. */
async function leftBelow(prefix: string): Promise<readonly string[]> {
  const Bucket = deployment.stores.appStore.bucketName;
  const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: prefix }));
  return Contents.map(({ Key = '' }) => Key);
}

const stackArguments = (url = system.url) => ['--stack', system.stackName, '--url', url];

function runDemo(args: readonly string[], variables = environment): Promise<Ended> {
  return startDemo(args, variables).ended;
}

async function startAndAwaitThrottling() {
  const demo = startDemo([...stackArguments(), '--only', 'throttled'], environment);
  onTestFinished(() => {
    demo.child.kill('SIGKILL');
  });
  await vi.waitUntil(async () => (await reservedConcurrency()) === 0, PATIENCE);
  return demo;
}

const FunctionName = () => deployment.functions.payment?.functionName;

async function reservedConcurrency(): Promise<number | undefined> {
  const answer = await clients.lambda.send(new GetFunctionConcurrencyCommand({ FunctionName: FunctionName() }));
  return answer.ReservedConcurrentExecutions;
}

// They break one and the same stack, one after another.
describe.sequential('the demo against a stack that is deployed already', { shuffle: false }, () => {
  it('begins with what the template says, or what follows would show nothing', () => {
    const calls = planFullRestore(deployment);
    calls.forEach((call, index) => {
      if (call.operation !== 'UpdateFunctionCode') expect(asDeployed[index]).toEqual(wantedBy(call, undefined));
    });
  });

  it(
    'says in one sentence why it cannot begin, and leaves the stack as it is, broken or not',
    async () => {
      const stranger = createServer((_request, response) => response.writeHead(404).end('{}')).listen(0, '127.0.0.1');
      await once(stranger, 'listening');
      const strangersUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
      onTestFinished(() => {
        stranger.close();
      });
      await clients.lambda.send(
        new PutFunctionConcurrencyCommand({ FunctionName: FunctionName(), ReservedConcurrentExecutions: 0 }),
      );
      const broken = await settings();
      const { AWS_REGION: _region, ...withoutRegion } = environment;
      const { AWS_ACCESS_KEY_ID: _key, AWS_SECRET_ACCESS_KEY: _secret, ...withoutCredentials } = environment;
      // Nobody else's configuration, and no wait for an instance that this is not.
      const bare = { HOME: stateFolder, AWS_EC2_METADATA_DISABLED: 'true' };

      const refusals: readonly (readonly [RegExp, readonly string[], Readonly<Record<string, string>>])[] = [
        [/^There is no stack no-such-stack in us-east-1 \(.*\): .*$/, ['--stack', 'no-such-stack'], environment],
        [/^There is no AWS region: set AWS_REGION.*$/, stackArguments(), { ...withoutRegion, ...bare }],
        [/^There are no AWS credentials: log in.*$/, stackArguments(), { ...withoutCredentials, ...bare }],
        [
          /does not answer \(ECONNREFUSED\)\..*aws ssm start-session.*$/,
          stackArguments(`http://127.0.0.1:${await freePort(0)}`),
          environment,
        ],
        [/does not belong to stack .* \(it answers 404\)/, stackArguments(strangersUrl), environment],
      ];
      for (const [sentence, args, variables] of refusals) {
        const { code, stdout, stderr } = await runDemo(args, variables);
        expect(stderr.trimEnd().split('\n').at(-1)).toMatch(sentence);
        expect(stderr).not.toMatch(/^ {4}at /m);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      }
      expect(await settings()).toEqual(broken);
      expect([...(await leftBelow('items/')), ...(await leftBelow('stock/'))]).toEqual([]);
      await clients.lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName: FunctionName() }));
    },
    LONG_MS,
  );

  it(
    'finds it with the default credentials and region, and every order ends as the scenario says',
    async () => {
      const chosen = ['success', 'type-error', 'access-denied', 'sold-out', 'lost-event', 'heals-in-time', 'bad-order'];
      const only = chosen.flatMap((name) => ['--only', name]);
      const { code, stdout, stderr } = await runDemo([...stackArguments(), '--json', ...only]);
      const document = JSON.parse(stdout) as {
        scenarios: { name: string; problems: string[] }[];
        invariants: Record<string, { violations: string[] }>;
      };
      expect(document.scenarios.map(({ name, problems }) => [name, problems])).toEqual(
        chosen.map((name) => [name, []]),
      );
      expect(Object.values(document.invariants).flatMap(({ violations }) => violations)).toEqual([]);
      expect(code).toBe(0);
      expect(stderr).toContain('orders until the stack worked before: 1');
      expect(stderr).toContain('orders until the fault was met: 1');
      expect(stderr).not.toContain('Interrupted');
      expect(await settings()).toEqual(asDeployed);
      expect([...(await leftBelow('items/')), ...(await leftBelow('stock/'))]).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'runs a load against it',
    async () => {
      const load = ['--orders', '20', '--failing', '0.5', '--seed', '7', '--json'];
      const { code, stdout } = await runDemo([...stackArguments(), ...load]);
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, load: { orders: 20, problems: [] } });
      expect(code).toBe(0);
      expect(await settings()).toEqual(asDeployed);
      expect([...(await leftBelow('items/')), ...(await leftBelow('stock/'))]).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'leaves the stack to the demo that is breaking it already',
    async () => {
      const { stateStorage } = deployment.stores;
      const claim = await StackClaim.take({
        stackName: system.stackName,
        stateStorage: new ObjectStore({ client: clients.s3, bucket: stateStorage.bucketName }),
        who: 'process 1 on another machine',
        clock: systemClock,
        signal: new AbortController().signal,
      });
      const { code, stdout, stderr } = await runDemo([...stackArguments(), '--only', 'success']);
      await claim.release();
      expect(stderr.trimEnd().split('\n').at(-1)).toMatch(
        /^Another demo is breaking stack .*: process 1 on another machine, since 20\S+Z\. Wait until it has ended\.$/,
      );
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(claim.lost.aborted).toBe(false);
    },
    LONG_MS,
  );

  it(
    'puts the stack right before it ends when it is interrupted',
    async () => {
      const { child, ended } = await startAndAwaitThrottling();
      expect(await settings()).not.toEqual(asDeployed);
      child.kill('SIGINT');
      const { code, stderr } = await ended;
      expect(code).toBe(130);
      expect(stderr).toContain('Interrupted: putting the stack right');
      expect(await settings()).toEqual(asDeployed);
      expect(await leftBelow('items/')).toEqual([]);
    },
    LONG_MS,
  );

  it(
    'puts right at its start what a run that was killed with -9 left broken',
    async () => {
      const { child, ended } = await startAndAwaitThrottling();
      child.kill('SIGKILL');
      await ended;
      expect(await settings()).not.toEqual(asDeployed);
      expect(await leftBelow('items/')).not.toEqual([]);

      const { code, stdout } = await runDemo([...stackArguments(), '--only', 'success']);
      expect(stdout).toContain('Everything was as expected.');
      expect(code).toBe(0);
      expect(await settings()).toEqual(asDeployed);
      expect(await leftBelow('items/')).toEqual([]);
    },
    LONG_MS,
  );
});
