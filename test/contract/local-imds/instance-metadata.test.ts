import { S3Client } from '@aws-sdk/client-s3';
import { afterEach, expect, it, vi } from 'vitest';
import { startInstanceMetadata, type InstanceMetadata } from '../../../local/imds/instance-metadata.ts';
import { instanceEnvironment } from '../../../laptop/instance-environment.ts';

let imds: InstanceMetadata | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await imds?.close();
});

/** The environment of a process on the instance, whoever runs the tests. */
function becomeInstance(metadata: string): void {
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, undefined);
  const variables = instanceEnvironment({ aws: 'http://127.0.0.1:9', metadata });
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

it('gives the SDK, which is told nothing but its address, the credentials of the role and when they end', async () => {
  const roles: string[] = [];
  const credentials = { accessKeyId: 'ASIA1', secretAccessKey: 'secret', sessionToken: 'token' };
  imds = await startInstanceMetadata({
    roleArn: 'arn:aws:iam::000000000000:role/node',
    identities: {
      issue: (roleArn) => {
        roles.push(roleArn);
        return credentials;
      },
    },
    clock: () => Date.UTC(2100, 0, 1),
  });
  becomeInstance(imds.url);
  const client = new S3Client({ region: 'us-east-1' });
  expect(await client.config.credentials()).toMatchObject({
    ...credentials,
    expiration: new Date(Date.UTC(2100, 0, 1, 0, 15)),
  });
  expect(roles).toEqual(['arn:aws:iam::000000000000:role/node']);
  client.destroy();
});

it('lets the SDK have no credentials of version 1', async () => {
  imds = await startInstanceMetadata({
    roleArn: 'arn:aws:iam::000000000000:role/node',
    identities: { issue: () => ({ accessKeyId: '', secretAccessKey: '', sessionToken: '' }) },
  });
  const answer = await fetch(`${imds.url}/latest/meta-data/iam/security-credentials/`);
  expect([answer.status, await answer.text()]).toEqual([401, '']);
});
