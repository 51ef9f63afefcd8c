import { request } from 'node:http';
import { connect } from 'node:net';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startHttpFront } from '../../../local/http/front.ts';
import { createIdentities } from '../../../local/iam/identities.ts';
import type { AwsRequest, Service } from '../../../local/ports.ts';
import { type RunningS3, runS3 } from './running-s3.ts';

let running: RunningS3;

beforeAll(async () => {
  running = await runS3();
  await running.s3.createBucket({ name: 'stores', versioned: false });
});
afterAll(() => running.stop());
beforeEach(() => {
  running.requests.length = 0;
});

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local-root/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

function raw(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(running.front.url);
    const call = request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    call.on('error', reject);
    call.end(body);
  });
}

describe('who calls', () => {
  const clientOptions = () => ({
    endpoint: running.front.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' },
    maxAttempts: 1,
  });

  it('is refused when it does not sign, presigns, or signs what cannot be read', async () => {
    expect(await raw('/stores/k')).toMatchObject({
      status: 403,
      body: expect.stringContaining('<Code>AccessDenied</Code>'),
    });
    expect(await raw('/stores/k?X-Amz-Signature=0')).toMatchObject({
      status: 501,
      body: expect.stringContaining('Presigned'),
    });
    for (const authorization of ['Basic abc', 'AWS4-HMAC-SHA256 Signature=0', 'AWS4-HMAC-SHA256 Credential=a/b/c']) {
      expect((await raw('/stores/k', { headers: { authorization } })).status).toBe(400);
    }
  });

  it('is told in the shape of its service that nobody knows its key', async () => {
    const { s3 } = running;
    const respond = async () => ({ status: 200 });
    const services: Service[] = [
      s3.service,
      ...(['lambda', 'logs', 'cloudformation'] as const).map((name) => ({ name, respond })),
    ];
    const front = await startHttpFront({ services, identities: createIdentities() });
    const options = { ...clientOptions(), endpoint: front.url };
    const name = 'UnrecognizedClientException';
    await expect(new LambdaClient(options).send(new ListFunctionsCommand({}))).rejects.toMatchObject({ name });
    await expect(new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({}))).rejects.toMatchObject({
      name,
    });
    await expect(new CloudFormationClient(options).send(new ListStacksCommand({}))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
    });
    await front.close();
  });

  it('hears the name of a service that is not there', async () => {
    await expect(new LambdaClient(clientOptions()).send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining('"lambda"'),
    });
  });

  it('must sign for the region that is emulated', async () => {
    const authorization = AUTHORIZATION.replace('us-east-1', 'eu-north-1');
    expect((await raw('/stores/k', { headers: { authorization } })).body).toContain('us-east-1');
  });
});

describe('requests', () => {
  it('bear an id of their own in every answer, good or bad', async () => {
    const ids = new Set<unknown>();
    for (const path of ['/', '/stores?list-type=2', '/stores/none', '/stores?acl', '/No']) {
      const { headers } = await raw(path, { headers: { authorization: AUTHORIZATION } });
      expect(headers['x-amz-request-id']).toMatch(/^[0-9A-Z]{16}$/);
      ids.add(headers['x-amz-request-id']);
    }
    expect(ids.size).toBe(5);
  });

  it('are told of with who called what, once they are answered', async () => {
    const { root, front, requests } = running;
    const principalArn = 'arn:aws:iam::000000000000:root';
    await root.send(new PutObjectCommand({ Bucket: 'stores', Key: 'told of', Body: 'x' }));
    await root.send(new GetObjectCommand({ Bucket: 'stores', Key: 'none' })).catch(() => undefined);
    await fetch(`${front.url}/stores/unsigned`);
    expect(requests.map(({ at: _at, ...request }) => request)).toEqual([
      {
        service: 's3',
        operation: 'PutObject',
        status: 200,
        principalArn,
        target: '/stores/told%20of?x-id=PutObject',
      },
      { service: 's3', operation: 'GetObject', status: 404, principalArn, target: '/stores/none?x-id=GetObject' },
      { service: 's3', operation: 'Refused', status: 403, target: '/stores/unsigned' },
    ]);
  });

  it('whose path is not what it seems are refused', async () => {
    for (const path of ['/stores/a/../b', '/stores/%2e%2e/b', '/stores/./b', '/stores/%ff']) {
      const { status, body } = await raw(path, { headers: { authorization: AUTHORIZATION } });
      expect([path, status, body]).toEqual([path, 400, expect.stringContaining('InvalidURI')]);
    }
  });

  it('may announce a body and wait for leave to send it', async () => {
    const leave = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(running.front.url);
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          `PUT /stores/expected HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nContent-Length: 3\r\n` +
            'Expect: 100-continue\r\n\r\n',
        );
      });
      let heard = '';
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        heard += chunk.toString();
        if (heard.endsWith('100 Continue\r\n\r\n')) socket.write('abc');
        if (heard.includes('200 OK')) socket.end(() => resolve(heard));
      });
    });
    expect(leave).toMatch(/^HTTP\/1.1 100 Continue/);
    const object = await running.root.send(new GetObjectCommand({ Bucket: 'stores', Key: 'expected' }));
    expect(await object.Body?.transformToString()).toBe('abc');
  });

  it('that announce a body beyond the limit are refused before it is sent', async () => {
    const headers = {
      authorization: AUTHORIZATION,
      'content-length': String(16 * 1024 * 1024 + 1),
      expect: '100-continue',
    };
    expect(await raw('/stores/large', { method: 'PUT', headers })).toMatchObject({
      status: 413,
      body: expect.stringContaining('EntityTooLarge'),
    });
  });
});

describe('chunked bodies', () => {
  const chunked = (body: string, headers: Record<string, string> = {}) =>
    raw('/stores/chunked', {
      method: 'PUT',
      body,
      headers: {
        authorization: AUTHORIZATION,
        'content-encoding': 'gzip,aws-chunked',
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-decoded-content-length': '9',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        ...headers,
      },
    });

  it('are put together again, signatures of chunks ignored, trailing checksum verified', async () => {
    const trailer = (checksum: string) =>
      `4;chunk-signature=abc\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:${checksum}\r\n\r\n`;
    expect((await chunked(trailer('AAAAAA=='))).body).toContain('BadDigest');
    expect((await chunked(trailer('y/Q5Jg=='))).status).toBe(200);
    const object = await running.root.send(new GetObjectCommand({ Bucket: 'stores', Key: 'chunked' }));
    expect(object.ContentEncoding).toBe('gzip');
    expect(await object.Body?.transformToString()).toBe('123456789');
  });

  it.each([
    ['a size that is no number', 'zz\r\n1234\r\n0\r\n\r\n'],
    ['a chunk that is cut short', '9\r\n1234'],
    ['no last chunk', '9\r\n123456789\r\n'],
    ['another length than announced', '4\r\n1234\r\n0\r\n\r\n'],
  ])('with %s are refused', async (_fault, body) => {
    expect(await chunked(body)).toMatchObject({ status: 400, body: expect.stringContaining('IncompleteBody') });
  });
});

describe('a service that throws', () => {
  it('is answered for with 500 in its own shape, and the fault is reported', async () => {
    const faults: unknown[] = [];
    const seen: AwsRequest[] = [];
    const service: Service = {
      name: 's3',
      async respond(call) {
        seen.push(call);
        throw new Error('a bug');
      },
    };
    const front = await startHttpFront({
      services: [service],
      identities: createIdentities(),
      onFault: (error) => faults.push(error),
    });
    const answer = await fetch(`${front.url}/b/k`, { headers: { authorization: AUTHORIZATION } });
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining('InternalError')]);
    expect(faults).toMatchObject([{ message: 'a bug' }]);
    expect(seen).toMatchObject([{ method: 'GET', principal: { isRoot: true } }]);
    await front.close();
  });
});
