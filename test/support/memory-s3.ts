import { createHash } from 'node:crypto';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ExecutionStore } from '../../storage/execution-store.ts';
import { ObjectStore } from '../../storage/object-store.ts';

/**
 * An S3 in memory behind the client's `send`, so that tests of the stores and of whatever uses them need no server. It
 * has S3's conditional writes (412, and 404 for a compare with nothing), etags that depend on the content alone, times
 * in whole seconds and listings in pages. What it is not asked for here it refuses.
 */
export class MemoryS3 {
  readonly client = { send: (command: unknown) => this.send(command) } as unknown as S3Client;
  /** Every call that arrived, failed ones included, in order. */
  readonly calls: S3Call[] = [];
  /** Asked before each call, and awaited: a scheduler holds calls back here, a test makes them fail. */
  onCall: ((call: S3Call) => Fault | undefined | Promise<Fault | undefined>) | undefined;
  readonly #objects = new Map<string, MemoryObject>();
  readonly #now: () => number;
  #plans: FaultPlan[] = [];

  /** `now` stamps the objects, milliseconds since the epoch. */
  constructor({ now = () => Date.now() }: { readonly now?: () => number } = {}) {
    this.#now = now;
  }

  /** Makes the calls that match fail: after `skip` of them, `times` of them (one by default). Plans are used up in order. */
  fail(fault: Fault, match: CallMatch & { readonly skip?: number; readonly times?: number } = {}): void {
    this.#plans.push({ fault, match, skip: match.skip ?? 0, left: match.times ?? 1 });
  }

  /** Runs `act` once, when a call that matches has arrived and before it is carried out. Calls within `act` pass. */
  before(match: CallMatch, act: () => unknown): void {
    this.#plans.push({ match, skip: 0, left: 1, act });
  }

  /** Forgets the failures that are still planned. */
  heal(): void {
    this.#plans = [];
  }

  /** A number for each kind of call, for assertions: `{ GetObject: 2, PutObject: 2 }`. */
  counts(match: CallMatch = {}): Partial<Record<S3Operation, number>> {
    const counts: Partial<Record<S3Operation, number>> = {};
    for (const call of this.calls.filter((each) => matches(each, match))) {
      counts[call.operation] = (counts[call.operation] ?? 0) + 1;
    }
    return counts;
  }

  /** The parsed object; `undefined` when there is none. */
  json(bucket: string, key: string): unknown {
    const object = this.#objects.get(address(bucket, key));
    return object === undefined ? undefined : JSON.parse(object.text);
  }

  keys(bucket: string, prefix = ''): string[] {
    const start = address(bucket, prefix);
    const found = [...this.#objects.keys()].filter((each) => each.startsWith(start));
    return found.map((each) => each.slice(address(bucket, '').length)).sort();
  }

  /** Puts an object there behind everyone's back. A string is written as it is, anything else as JSON. */
  place(bucket: string, key: string, body: unknown, lastModifiedAt = this.#now()): void {
    this.#store(bucket, key, typeof body === 'string' ? body : JSON.stringify(body), {}, lastModifiedAt);
  }

  /** Takes an object away behind everyone's back, as a lifecycle rule does. */
  remove(bucket: string, key: string): void {
    this.#objects.delete(address(bucket, key));
  }

  /** Takes a command as the client does: gives its answer or throws S3's error. */
  async send(command: unknown): Promise<unknown> {
    const call = describeCall(command);
    this.calls.push(call);
    const fault = (await this.#planned(call)) ?? (await this.onCall?.(call));
    if (fault === undefined) return this.#carryOut(command);
    if (fault === 'lost-response') {
      this.#carryOut(command);
      // The SDK repeats a write whose answer was lost, and S3 refuses the repetition.
      throw s3Error('PreconditionFailed', 412);
    }
    if (fault === 'done-then-unavailable') this.#carryOut(command);
    throw toError(fault);
  }

  async #planned(call: S3Call): Promise<Fault | undefined> {
    for (const plan of this.#plans.filter((each) => matches(call, each.match))) {
      if (plan.skip > 0) {
        plan.skip -= 1;
        continue;
      }
      plan.left -= 1;
      if (plan.left <= 0) this.#plans = this.#plans.filter((other) => other !== plan);
      await plan.act?.();
      return plan.fault;
    }
    return undefined;
  }

  #carryOut(command: unknown): unknown {
    if (command instanceof GetObjectCommand) {
      const object = this.#existing(command.input, 'NoSuchKey');
      return { ...headOf(object), Body: { transformToString: async () => object.text } };
    }
    if (command instanceof HeadObjectCommand) return headOf(this.#existing(command.input, 'NotFound'));
    if (command instanceof PutObjectCommand) return this.#put(command);
    if (command instanceof ListObjectsV2Command) return this.#list(command);
    if (command instanceof DeleteObjectCommand) {
      this.remove(command.input.Bucket ?? '', command.input.Key ?? '');
      return {};
    }
    throw s3Error('NotImplemented', 501);
  }

  #existing(
    { Bucket, Key }: { readonly Bucket: string | undefined; readonly Key: string | undefined },
    missing: string,
  ): MemoryObject {
    const object = this.#objects.get(address(Bucket ?? '', Key ?? ''));
    if (object === undefined) throw s3Error(missing, 404);
    return object;
  }

  #put({ input }: PutObjectCommand): unknown {
    const current = this.#objects.get(address(input.Bucket ?? '', input.Key ?? ''));
    if (input.IfNoneMatch === '*' && current !== undefined) throw s3Error('PreconditionFailed', 412);
    if (input.IfMatch !== undefined && current === undefined) throw s3Error('NoSuchKey', 404);
    if (input.IfMatch !== undefined && current?.etag !== input.IfMatch) throw s3Error('PreconditionFailed', 412);
    if (typeof input.Body !== 'string') throw new TypeError('this S3 takes text only');
    return {
      ETag: this.#store(input.Bucket ?? '', input.Key ?? '', input.Body, input.Metadata ?? {}, this.#now()).etag,
    };
  }

  #store(bucket: string, key: string, text: string, metadata: Record<string, string>, at: number): MemoryObject {
    const etag = `"${createHash('md5').update(text).digest('hex')}"`;
    const object = { text, etag, metadata, lastModifiedAt: Math.floor(at / 1000) * 1000 };
    this.#objects.set(address(bucket, key), object);
    return object;
  }

  #list({ input }: ListObjectsV2Command): unknown {
    const after = input.ContinuationToken ?? input.StartAfter ?? '';
    const keys = this.keys(input.Bucket ?? '', input.Prefix).filter((key) => key > after);
    const page = keys.slice(0, Math.min(input.MaxKeys ?? 1000, 1000));
    const isTruncated = page.length < keys.length;
    const Contents = page.map((Key) => {
      const object = this.#existing({ Bucket: input.Bucket, Key }, 'NoSuchKey');
      return { Key, ETag: object.etag, Size: object.text.length, LastModified: new Date(object.lastModifiedAt) };
    });
    return {
      Contents,
      KeyCount: page.length,
      IsTruncated: isTruncated,
      ...(isTruncated && { NextContinuationToken: page.at(-1) }),
    };
  }
}

export type S3Operation = 'GetObject' | 'HeadObject' | 'PutObject' | 'ListObjectsV2' | 'DeleteObject' | 'Unknown';

export interface S3Call {
  readonly operation: S3Operation;
  readonly bucket: string;
  /** The key, or the prefix of a listing. */
  readonly key: string;
}

export interface CallMatch {
  readonly operation?: S3Operation;
  readonly bucket?: string;
  readonly key?: string | RegExp;
}

/**
 * `conflict`, `unavailable`, `denied`, `no-such-bucket`, `invalid-bucket-name`, `refused`: nothing was done.
 * `lost-response`: the write was done, and the client sees 412, the answer to its own repetition.
 * `done-then-unavailable`: it was done, and the client sees 503.
 */
export type Fault =
  | 'conflict'
  | 'unavailable'
  | 'denied'
  | 'no-such-bucket'
  | 'invalid-bucket-name'
  | 'refused'
  | 'lost-response'
  | 'done-then-unavailable';

interface MemoryObject {
  readonly text: string;
  readonly etag: string;
  readonly metadata: Record<string, string>;
  readonly lastModifiedAt: number;
}

interface FaultPlan {
  readonly fault?: Fault;
  readonly act?: () => unknown;
  readonly match: CallMatch;
  skip: number;
  left: number;
}

export interface MemoryStores {
  readonly s3: MemoryS3;
  readonly appStore: ObjectStore;
  readonly stateStorage: ObjectStore;
  readonly store: ExecutionStore;
}

export const APP_STORE_BUCKET = 'app-store';
export const STATE_STORAGE_BUCKET = 'state-storage';

/** Both buckets on one S3 in memory, and the stores on them. */
export function memoryStores(s3 = new MemoryS3()): MemoryStores {
  const appStore = new ObjectStore({ client: s3.client, bucket: APP_STORE_BUCKET });
  const stateStorage = new ObjectStore({ client: s3.client, bucket: STATE_STORAGE_BUCKET });
  return { s3, appStore, stateStorage, store: new ExecutionStore({ appStore, stateStorage }) };
}

/** S3's error as the SDK throws it. */
export function s3Error(name: string, status: number): S3ServiceException {
  return new S3ServiceException({
    name,
    message: name,
    $fault: status >= 500 ? 'server' : 'client',
    $metadata: { httpStatusCode: status },
  });
}

/** A refused connection as Node throws it through the SDK. */
export function refusedConnection(): Error {
  return Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
    code: 'ECONNREFUSED',
    $metadata: { attempts: 3 },
  });
}

function toError(fault: Exclude<Fault, 'lost-response'>): Error {
  switch (fault) {
    case 'conflict':
      return s3Error('ConditionalRequestConflict', 409);
    case 'unavailable':
    case 'done-then-unavailable':
      return s3Error('SlowDown', 503);
    case 'denied':
      return s3Error('AccessDenied', 403);
    case 'no-such-bucket':
      return s3Error('NoSuchBucket', 404);
    case 'invalid-bucket-name':
      return s3Error('InvalidBucketName', 400);
    case 'refused':
      return refusedConnection();
  }
}

function describeCall(command: unknown): S3Call {
  const input = (
    command as { readonly input?: { readonly Bucket?: string; readonly Key?: string; readonly Prefix?: string } }
  ).input;
  return { operation: operationOf(command), bucket: input?.Bucket ?? '', key: input?.Key ?? input?.Prefix ?? '' };
}

function operationOf(command: unknown): S3Operation {
  if (command instanceof GetObjectCommand) return 'GetObject';
  if (command instanceof HeadObjectCommand) return 'HeadObject';
  if (command instanceof PutObjectCommand) return 'PutObject';
  if (command instanceof ListObjectsV2Command) return 'ListObjectsV2';
  if (command instanceof DeleteObjectCommand) return 'DeleteObject';
  return 'Unknown';
}

function matches(call: S3Call, { operation, bucket, key }: CallMatch): boolean {
  if (operation !== undefined && operation !== call.operation) return false;
  if (bucket !== undefined && bucket !== call.bucket) return false;
  if (key === undefined) return true;
  return typeof key === 'string' ? key === call.key : key.test(call.key);
}

function headOf(object: MemoryObject) {
  return {
    ETag: object.etag,
    Metadata: object.metadata,
    ContentLength: object.text.length,
    LastModified: new Date(object.lastModifiedAt),
  };
}

function address(bucket: string, key: string): string {
  return `${bucket}\n${key}`;
}
