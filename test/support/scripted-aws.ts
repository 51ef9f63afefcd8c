import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedAnswers {
  /** By bucket: S3's error code and status for every call; other buckets are there, take everything and have nothing. */
  readonly buckets?: Readonly<Record<string, readonly [code: string, status: number]>>;
  /** CloudWatch Logs' error for every call; no error: a group without lines. */
  readonly logs?: string;
  /** SQS's error for every call; no error: a queue without messages. */
  readonly sqs?: string;
}

export interface ScriptedAws {
  readonly endpoint: string;
  /** What is answered from now on. */
  answers: ScriptedAnswers;
  close(): Promise<void>;
}

/** A loopback endpoint that answers S3, SQS and CloudWatch Logs as a test says, for what a process does about refusals. */
export async function scriptedAws(answers: ScriptedAnswers = {}): Promise<ScriptedAws> {
  const server = createServer((request, response) => {
    request.resume();
    const target = request.headers['x-amz-target'];
    const { status, body } =
      target === undefined
        ? answerS3(aws.answers, request.method ?? '', request.url ?? '')
        : answerJson(String(target), aws.answers);
    response.writeHead(status, {
      'content-type': target === undefined ? 'application/xml' : 'application/x-amz-json-1.1',
    });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const aws = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return aws;
}

function answerJson(target: string, { logs, sqs }: ScriptedAnswers) {
  const [error, body] = target.startsWith('AmazonSQS.') ? [sqs, '{}'] : [logs, '{"events":[]}'];
  return error === undefined
    ? { status: 200, body }
    : { status: 400, body: JSON.stringify({ __type: error, message: `it is ${error}` }) };
}

/** An IP address as the endpoint makes the SDK put the bucket into the path. */
function answerS3({ buckets = {} }: ScriptedAnswers, method: string, url: string) {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const refusal = buckets[pathname.split('/')[1] ?? ''];
  if (refusal !== undefined) return { status: refusal[1], body: errorXml(refusal[0]) };
  if (method === 'PUT') return { status: 200, body: '' };
  if (searchParams.has('list-type'))
    return { status: 200, body: '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>' };
  return { status: 404, body: errorXml('NoSuchKey') };
}

function errorXml(code: string): string {
  return `<?xml version="1.0"?><Error><Code>${code}</Code><Message>it is ${code}</Message></Error>`;
}
