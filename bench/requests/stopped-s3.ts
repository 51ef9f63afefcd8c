import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { GOOD_WEATHER } from '../../local/conditions.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../local/iam/identities.ts';
import type { AwsRequest, AwsResponse } from '../../local/ports.ts';
import { createS3 } from '../../local/s3/s3.ts';

export interface StoppedS3Options {
  /** Of the local AWS's S3, which must not be running. */
  readonly stateFolder: string;
  readonly buckets: readonly { readonly name: string; readonly versioned: boolean }[];
  /** What LastModified says, milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface StoppedS3 {
  /** Puts and gets; it refuses everything else. */
  readonly client: S3Client;
  close(): Promise<void>;
}

/**
 * The local S3 in this process, over the state of one that is stopped. Its buckets notify nobody, so that what is written
 * starts no function, and there is neither a socket nor the SDK's work in between: a hundred thousand executions are
 * half a million calls.
 */
export async function openStoppedS3({ stateFolder, buckets, clock }: StoppedS3Options): Promise<StoppedS3> {
  const principal = createIdentities().principalOf(ROOT_CREDENTIALS.accessKeyId);
  if (principal === undefined) throw new Error('the account root is nobody');
  const events = { enqueue: () => Promise.reject(new Error('a bucket that notifies nobody has an event')) };
  const s3 = createS3({ stateFolder, events, conditions: GOOD_WEATHER, fsync: false, clock });
  await s3.start();
  for (const bucket of buckets) await s3.createBucket(bucket);
  const send = async (command: unknown): Promise<unknown> => {
    const call = callOf(command);
    const answer = await s3.service.respond({ ...call, principal, requestId: 'fill' });
    return read(call.method, answer);
  };
  return { client: { send } as unknown as S3Client, close: () => s3.close() };
}

function callOf(command: unknown): Omit<AwsRequest, 'principal' | 'requestId'> {
  if (command instanceof GetObjectCommand) {
    return { method: 'GET', url: urlOf(command.input), headers: {}, body: Buffer.alloc(0) };
  }
  if (command instanceof PutObjectCommand && typeof command.input.Body === 'string') {
    const { IfMatch, IfNoneMatch, Metadata = {}, ContentType } = command.input;
    const headers = {
      ...(IfMatch !== undefined && { 'if-match': IfMatch }),
      ...(IfNoneMatch !== undefined && { 'if-none-match': IfNoneMatch }),
      ...(ContentType !== undefined && { 'content-type': ContentType }),
      ...Object.fromEntries(Object.entries(Metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    };
    return { method: 'PUT', url: urlOf(command.input), headers, body: Buffer.from(command.input.Body) };
  }
  throw new TypeError('a stopped S3 takes only puts of text, and gets');
}

function urlOf({ Bucket = '', Key = '' }: { readonly Bucket?: string | undefined; readonly Key?: string | undefined }) {
  return new URL(`http://stopped/${Bucket}/${Key}`);
}

/** As the SDK answers, or throws: the stores tell refusals by the error's name and the status. */
function read(method: string, { status, headers = {}, body = '' }: AwsResponse): unknown {
  const text = body.toString();
  if (status >= 300) {
    const name = /<Code>(\w+)<\/Code>/.exec(text)?.[1] ?? 'Unknown';
    throw Object.assign(new Error(`${method} is answered ${status} ${name}`), {
      name,
      $metadata: { httpStatusCode: status },
    });
  }
  const header = (wanted: string) => Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return {
    ETag: header('etag'),
    ContentLength: text.length,
    LastModified: new Date(header('last-modified') ?? 0),
    Metadata: { token: header('x-amz-meta-token') },
    Body: { transformToString: async () => text },
  };
}
