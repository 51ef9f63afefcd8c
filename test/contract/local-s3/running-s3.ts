import { copyFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { type Conditions, GOOD_WEATHER } from '../../../local/conditions.ts';
import { type HttpFront, startHttpFront } from '../../../local/http/front.ts';
import type { RecordedRequest } from '../../../local/http/request-record.ts';
import { createIdentities, ROOT_CREDENTIALS } from '../../../local/iam/identities.ts';
import type { Credentials, EventTarget, Identities, PolicyStatement } from '../../../local/ports.ts';
import { createS3, type S3, type S3Options } from '../../../local/s3/s3.ts';

export interface RunningS3 {
  readonly s3: S3;
  readonly front: HttpFront;
  /** Every call that was answered. */
  readonly requests: RecordedRequest[];
  readonly root: S3Client;
  readonly identities: Identities;
  readonly events: RecordedEvents;
  readonly folder: string;
  clientFor(credentials: Credentials): S3Client;
  /** A client of a role that has these statements. */
  roleWith(...statements: PolicyStatement[]): S3Client;
  /** Closes and starts again on the same folder, without the SDK clients noticing more than a new address. */
  restarted(): Promise<RunningS3>;
  /** What a process that was killed at this moment leaves on disk, in a folder of its own. */
  crashCopy(): Promise<string>;
  stop(): Promise<void>;
}

export type RunOptions = Partial<Pick<S3Options, 'fsync' | 'segmentBytes' | 'clock' | 'onFault'>> & {
  readonly conditions?: Partial<Conditions>;
  readonly folder?: string;
  readonly events?: RecordedEvents;
};

export async function runS3(options: RunOptions = {}): Promise<RunningS3> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'local-s3-')));
  const { conditions, folder: _folder, events = recordEvents(), ...rest } = options;
  const identities = createIdentities();
  const s3 = createS3({
    fsync: false,
    onFault: (error) => {
      throw error;
    },
    ...rest,
    stateFolder: folder,
    events,
    conditions: { ...GOOD_WEATHER, ...conditions },
  });
  try {
    await s3.start();
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
  const requests: RecordedRequest[] = [];
  const front = await startHttpFront({
    services: [s3.service],
    identities,
    onRequest: (request) => requests.push(request),
  });
  const clients: S3Client[] = [];
  const clientFor = (credentials: Credentials) => {
    const { accessKeyId, secretAccessKey } = credentials;
    const client = new S3Client({
      endpoint: front.url,
      region: 'us-east-1',
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    });
    clients.push(client);
    return client;
  };
  const close = async () => {
    for (const client of clients) client.destroy();
    await front.close();
    await s3.close();
  };
  let roles = 0;
  return {
    s3,
    front,
    requests,
    identities,
    events,
    folder,
    root: clientFor(ROOT_CREDENTIALS),
    clientFor,
    roleWith(...statements) {
      const arn = `arn:aws:iam::000000000000:role/role-${++roles}`;
      identities.putRole({ arn, policies: [{ Version: '2012-10-17', Statement: statements }] });
      return clientFor(identities.issue(arn));
    },
    async restarted() {
      await close();
      return runS3({ ...options, folder, events });
    },
    async crashCopy() {
      const copy = await mkdtemp(join(tmpdir(), 'local-s3-crash-'));
      // In one turn of the event loop, so that nothing is written meanwhile; only a removal can be under way.
      for (const name of readdirSync(folder)) {
        if (name !== 'lock') copyUnlessRemoved(join(folder, name), join(copy, name));
      }
      return copy;
    },
    async stop() {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

function copyUnlessRemoved(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

export interface RecordedEvents extends EventTarget {
  readonly received: { readonly functionArn: string; readonly payload: S3Event }[];
  /** Resolves when that many have been received. */
  count(wanted: number): Promise<void>;
}

interface S3Event {
  readonly Records: readonly {
    readonly eventName: string;
    readonly s3: {
      readonly bucket: { readonly name: string; readonly arn: string };
      readonly object: {
        readonly key: string;
        readonly size: number;
        readonly eTag: string;
        readonly sequencer: string;
        readonly versionId?: string;
      };
    };
  }[];
}

/** @param refuse decides for the n-th call, from 0, whether the queue refuses it. */
export function recordEvents(refuse: (call: number) => boolean = () => false): RecordedEvents {
  const received: RecordedEvents['received'] = [];
  const waiting = new Set<() => void>();
  let calls = 0;
  return {
    received,
    async enqueue(functionArn, payload) {
      if (refuse(calls++)) throw new Error('the queue is closed');
      received.push({ functionArn, payload: payload as S3Event });
      for (const check of waiting) check();
      return `request-${received.length}`;
    },
    count: (wanted) =>
      new Promise((resolve) => {
        const check = () => {
          if (received.length < wanted) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}
