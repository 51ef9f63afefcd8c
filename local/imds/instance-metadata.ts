import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LOCAL_ACCOUNT, LOCAL_REGION, type Identities } from '../ports.ts';
import { answerMetadata, type InstanceFacts } from './metadata.ts';
import { createRoleCredentials } from './role-credentials.ts';
import { createSessionTokens } from './session-tokens.ts';

export interface InstanceMetadataOptions {
  /** The role of the instance. It must have been put. */
  readonly roleArn: string;
  readonly identities: Pick<Identities, 'issue'>;
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
}

export interface InstanceMetadata {
  /** What `AWS_EC2_METADATA_SERVICE_ENDPOINT` must be, instead of http://169.254.169.254. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * The instance metadata service (IMDS) of the one instance that this machine stands for, on a port of loopback of its
 * own: it is not an AWS API, has no signatures, and is asked for the very credentials that signatures are made with.
 */
export async function startInstanceMetadata(options: InstanceMetadataOptions): Promise<InstanceMetadata> {
  const { roleArn, identities, port = 0, clock = Date.now } = options;
  const facts: InstanceFacts = {
    instanceId: `i-0${createHash('sha256').update(roleArn).digest('hex').slice(0, 16)}`,
    region: LOCAL_REGION,
    account: LOCAL_ACCOUNT,
    roleName: roleArn.slice(roleArn.lastIndexOf('/') + 1),
    credentials: createRoleCredentials(roleArn, identities, clock),
  };
  const tokens = createSessionTokens(clock);
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/', headers } = request;
    const answer = answerMetadata({ method, path: url, headers }, facts, tokens);
    response.writeHead(answer.status, { 'content-type': 'text/plain', ...answer.headers });
    response.end(answer.body);
    request.resume();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
