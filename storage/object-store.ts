import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ContentionError, StorageMisconfiguredError, toStorageError, UnreadableObjectError } from './errors.ts';

/** A JSON object in a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: unknown;
  readonly etag: string;
  /** S3's LastModified, milliseconds since the epoch, in whole seconds. */
  readonly lastModifiedAt: number;
}

export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly lastModifiedAt: number;
}

export type PutIfAbsent =
  { readonly outcome: 'written' } | { readonly outcome: 'already-written'; readonly existing: StoredObject };

/** `current` is undefined when there is no such object. Returning `keep` leaves everything as it is. */
export type Change<R> = (
  current: unknown,
) => { readonly write: unknown; readonly result: R } | { readonly keep: true; readonly result: R };

export interface ObjectStoreOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** Waits before a write is tried again; real time by default. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** Tries of one write that S3 answers with 409: another conditional write of the key is under way, nobody has lost yet. */
const MAX_CONFLICTS = 8;
/** Rounds of a write that was refused because of an object that was gone when it was read. */
const MAX_ABSENCES = 3;
/** Tries of one read-change-write. 60 is far beyond what a sharded document sees; reaching it is an error, not a wait. */
const MAX_CHANGES = 60;
/** Larger objects are none of ours: they are neither written nor read. */
const MAX_OBJECT_BYTES = 8 * 1024 * 1024;
const TOKEN = 'token';

type PageStart = { readonly StartAfter: string | undefined } | { readonly ContinuationToken: string };

/**
 * JSON objects in one bucket, with S3's conditional writes: 412 is a lost race, 409 means try again, 404 on a compare
 * means that the object is gone. Every write bears a random token, because a 412 may be the echo of one's own write
 * whose answer was lost and which the SDK repeated.
 *
 * Every method throws a StorageError when S3 refuses or cannot be reached.
 */
export class ObjectStore {
  readonly bucket: string;
  readonly #client: S3Client;
  readonly #pause: (ms: number) => Promise<unknown>;

  constructor({ client, bucket, pause = sleep }: ObjectStoreOptions) {
    this.#client = client;
    this.bucket = bucket;
    this.#pause = pause;
  }

  /** Ends the connections of its client. */
  close(): void {
    this.#client.destroy();
  }

  /** @throws UnreadableObjectError when the object is not JSON, or larger than 8 MiB. */
  async get(key: string): Promise<StoredObject | undefined> {
    return (await this.#getWithToken(key))?.object;
  }

  /** Whether there is an object and which, whatever it holds: JSON or not, of any size. */
  async head(key: string): Promise<ListedObject | undefined> {
    return this.#send(`look for ${key}`, async () => {
      try {
        const found = await this.#client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
        return { key, etag: found.ETag ?? '', lastModifiedAt: found.LastModified?.getTime() ?? 0 };
      } catch (error) {
        // Without a body S3 cannot say NoSuchKey. A bucket that is gone answers alike, and then no fact can be read.
        if (error instanceof Error && error.name === 'NotFound') return undefined;
        throw error;
      }
    });
  }

  /**
   * Writes an object unless there is one: one winner for ever.
   * @throws UnreadableObjectError when there is one that is not JSON.
   * @throws ContentionError when the object comes and goes, so that it can be neither written nor read.
   */
  async putIfAbsent(key: string, body: unknown): Promise<PutIfAbsent> {
    const token = randomUUID();
    // An object that expires between the refusal and the read back is written in the next round.
    for (let round = 0; round < MAX_ABSENCES; round += 1) {
      const put = await this.#put(key, body, token, { IfNoneMatch: '*' });
      if (put !== undefined) return { outcome: 'written' };
      const found = await this.#getWithToken(key);
      if (found?.token === token) return { outcome: 'written' };
      if (found !== undefined) return { outcome: 'already-written', existing: found.object };
    }
    throw new ContentionError(key, MAX_ABSENCES);
  }

  /**
   * Writes an object if it is still the one with this etag, or if there is still none. `changed` may also follow a write
   * whose answer was lost and which somebody else has built upon since.
   */
  async compareAndSet(
    key: string,
    body: unknown,
    expected: { readonly etag: string } | 'absent',
  ): Promise<'written' | 'changed'> {
    const token = randomUUID();
    const put = await this.#put(
      key,
      body,
      token,
      expected === 'absent' ? { IfNoneMatch: '*' } : { IfMatch: expected.etag },
    );
    if (put !== undefined) return 'written';
    return (await this.#getWithToken(key))?.token === token ? 'written' : 'changed';
  }

  /** Writes an object whatever is there: the last writer wins. Only for what can be found out again. */
  async overwrite(key: string, body: unknown): Promise<void> {
    await this.#put(key, body, randomUUID(), {});
  }

  /**
   * Reads, decides, writes by compare-and-set, and again when somebody was faster. `change` may run several times, and on
   * what an earlier run of it has written: it must find out and keep that.
   * @throws UnreadableObjectError when the object is not JSON.
   * @throws ContentionError after 60 lost rounds.
   */
  async update<R>(key: string, change: Change<R>): Promise<R> {
    for (let round = 0; round < MAX_CHANGES; round += 1) {
      const current = await this.get(key);
      const decided = change(current?.body);
      if ('keep' in decided) return decided.result;
      const written = await this.compareAndSet(
        key,
        decided.write,
        current === undefined ? 'absent' : { etag: current.etag },
      );
      if (written === 'written') return decided.result;
      await this.#pause(Math.random() * Math.min(200, 5 * 2 ** Math.min(round, 6)));
    }
    throw new ContentionError(key, MAX_CHANGES);
  }

  /** Keys in ascending order, a page (at most 1,000 keys) at a time. */
  async *list(prefix: string, startAfter?: string): AsyncGenerator<ListedObject, void, undefined> {
    // By token, because a page that is not the last one may be empty.
    let from: PageStart = { StartAfter: startAfter };
    for (;;) {
      const { objects, nextToken } = await this.#listFrom(prefix, from, 1000);
      yield* objects;
      if (nextToken === undefined) return;
      from = { ContinuationToken: nextToken };
    }
  }

  async listPage(
    prefix: string,
    startAfter?: string,
    limit = 1000,
  ): Promise<{ readonly objects: readonly ListedObject[]; readonly isLast: boolean }> {
    const { objects, nextToken } = await this.#listFrom(prefix, { StartAfter: startAfter }, limit);
    return { objects, isLast: nextToken === undefined };
  }

  async #listFrom(
    prefix: string,
    from: PageStart,
    limit: number,
  ): Promise<{ readonly objects: readonly ListedObject[]; readonly nextToken: string | undefined }> {
    const answer = await this.#send(`list ${prefix}`, () =>
      this.#client.send(new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, MaxKeys: limit, ...from })),
    );
    const objects = (answer.Contents ?? []).map((entry) => ({
      key: entry.Key ?? '',
      etag: entry.ETag ?? '',
      lastModifiedAt: entry.LastModified?.getTime() ?? 0,
    }));
    return { objects, nextToken: answer.IsTruncated === true ? answer.NextContinuationToken : undefined };
  }

  async #getWithToken(
    key: string,
  ): Promise<{ readonly object: StoredObject; readonly token: string | undefined } | undefined> {
    const answer = await this.#send(`read ${key}`, async () => {
      try {
        const found = await this.#client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
        if ((found.ContentLength ?? 0) > MAX_OBJECT_BYTES) {
          // A body that nobody reads keeps its connection.
          if (found.Body instanceof Readable) found.Body.destroy();
          throw new UnreadableObjectError(key, `has ${found.ContentLength} bytes, more than ${MAX_OBJECT_BYTES}`);
        }
        return { found, text: (await found.Body?.transformToString()) ?? '' };
      } catch (error) {
        if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
        throw error;
      }
    });
    if (answer === undefined) return undefined;
    const { found, text } = answer;
    const object = {
      key,
      body: parseJson(key, text),
      etag: found.ETag ?? '',
      lastModifiedAt: found.LastModified?.getTime() ?? 0,
    };
    return { object, token: found.Metadata?.[TOKEN] };
  }

  /** The new etag, or `undefined` when the condition did not hold. */
  async #put(
    key: string,
    body: unknown,
    token: string,
    condition: { readonly IfNoneMatch: string } | { readonly IfMatch: string } | Readonly<Record<string, never>>,
  ): Promise<string | undefined> {
    const text = JSON.stringify(body);
    if (Buffer.byteLength(text) > MAX_OBJECT_BYTES)
      throw new StorageMisconfiguredError('EntityTooLarge', `could not write ${key} in bucket ${this.bucket}`);
    const command = () =>
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: text,
        ContentType: 'application/json',
        Metadata: { [TOKEN]: token },
        ...condition,
      });
    return this.#send(`write ${key}`, async () => {
      for (let conflicts = 1; ; conflicts += 1) {
        try {
          return (await this.#client.send(command())).ETag ?? '';
        } catch (error) {
          const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
          const name = error instanceof Error ? error.name : '';
          if (status === 412 || (status === 404 && name === 'NoSuchKey')) return undefined;
          if (status !== 409 || conflicts >= MAX_CONFLICTS) throw error;
          await this.#pause(Math.random() * 10 * 2 ** conflicts);
        }
      }
    });
  }

  async #send<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw toStorageError(error, `could not ${what} in bucket ${this.bucket}`);
    }
  }
}

function parseJson(key: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableObjectError(key, 'is not JSON', { cause: error });
  }
}
