import { JournalCorruptError } from '../journal/errors.ts';
import { Journal } from '../journal/journal.ts';
import type { Location } from '../journal/segment.ts';
import { BodyCache } from './body-cache.ts';
import { Bucket, type BucketConfig, type ObjectAttributes, type StoredObject } from './bucket.ts';
import { bodyOf, decodeRecord, encodeRecord, type Notify, type PendingHeader, type PutHeader } from './records.ts';

export interface StoreOptions {
  readonly folder: string;
  readonly fsync: boolean;
  readonly segmentBytes?: number;
  readonly onFault: (error: unknown) => void;
}

export interface PutInput extends ObjectAttributes {
  readonly key: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModifiedAt: number;
  readonly versionId?: string;
  readonly notify?: Notify;
}

/** A notification that is owed: its object is durable, Lambda's queue has not taken it yet. */
export interface PendingNotification extends PendingHeader {
  readonly sequence: number;
}

/** What a pending notification is reckoned to occupy on disk when its object is gone. */
const PENDING_BYTES = 512;

/**
 * The buckets: an index in memory over bodies in a journal. A change is applied to the index only when it is durable, so
 * that nobody reads what a crash could take back. Replaying is independent of the records' order but for the sequence
 * each carries: the journal may move old records behind newer ones.
 */
export class Store {
  readonly buckets = new Map<string, Bucket>();
  /** By the sequence of the put. */
  readonly pending = new Map<number, PendingNotification>();
  readonly #cache = new BodyCache();
  readonly #contentTypes = new Map<string, string>();
  #journal: Journal | undefined;
  #bucketChange: Promise<void> = Promise.resolve();
  #sequence = 0;
  #liveBytes = 0;

  static async open({ folder, fsync, segmentBytes, onFault }: StoreOptions): Promise<Store> {
    const store = new Store();
    store.#journal = await Journal.open({
      folder,
      fsync,
      onFault,
      ...(segmentBytes === undefined ? {} : { segmentBytes }),
      owner: {
        restore: (payload, location) => store.#restore(payload, location),
        carryOver: (payload, location) => store.#carryOver(payload, location),
        moved: (payload, from, to) => store.#moved(payload, from, to),
        liveBytes: () => store.#liveBytes + store.pending.size * PENDING_BYTES,
      },
    });
    for (const [name, bucket] of store.buckets) {
      if (bucket.configSequence === 0) throw new JournalCorruptError(`${folder}: objects of ${name}, but no bucket`);
    }
    return store;
  }

  /** @throws JournalBusyError, JournalFailedError */
  async putBucket(config: BucketConfig): Promise<void> {
    const sequence = ++this.#sequence;
    const { bytes } = await this.#opened.append(encodeRecord('bucket', sequence, config).payload);
    this.#applyBucket(config, sequence, bytes);
  }

  /**
   * Changes one part of a bucket's configuration, after the changes that were asked for before.
   * @throws JournalBusyError, JournalFailedError
   */
  async changeBucket(bucket: Bucket, change: (config: BucketConfig) => BucketConfig): Promise<void> {
    const before = this.#bucketChange;
    const changed = before.then(() => this.putBucket(change(bucket.config)));
    // The next change waits for the end of this one, good or bad; the failure is this caller's.
    this.#bucketChange = changed.catch(() => undefined);
    await changed;
  }

  /** Until it resolves the bucket says that a write of the key is in flight. @throws JournalBusyError, JournalFailedError */
  async putObject(bucket: Bucket, { body, notify, ...input }: PutInput): Promise<StoredObject> {
    const sequence = ++this.#sequence;
    const header: PutHeader = { bucket: bucket.config.name, ...input, ...(notify ? { notify } : {}) };
    const { payload, bodyAt } = encodeRecord('put', sequence, header, body);
    bucket.writeBegan(input.key);
    try {
      const location = await this.#opened.append(payload);
      if (notify) this.#owe(header, notify, body.length, sequence);
      const object = this.#applyPut(bucket, header, sequence, body.length, location);
      this.#cache.put(object, payload.subarray(bodyAt));
      return object;
    } finally {
      bucket.writeEnded(input.key);
    }
  }

  /** @throws JournalBusyError, JournalFailedError */
  async removeObject(bucket: Bucket, key: string): Promise<void> {
    const sequence = ++this.#sequence;
    bucket.writeBegan(key);
    try {
      const { payload } = encodeRecord('remove', sequence, { bucket: bucket.config.name, key });
      this.#applyRemove(bucket, key, sequence, await this.#opened.append(payload));
    } finally {
      bucket.writeEnded(key);
    }
  }

  /** @throws JournalCorruptError */
  async readBody(object: StoredObject): Promise<Buffer> {
    const cached = this.#cache.get(object);
    if (cached) return cached;
    const body = bodyOf(await this.#opened.read(object.location));
    this.#cache.put(object, body);
    return body;
  }

  /** From here on a restart would not deliver these again; after a power cut it may, as S3 itself does at times. */
  async handedOver(sequences: readonly number[]): Promise<void> {
    for (const sequence of sequences) this.pending.delete(sequence);
    const { payload } = encodeRecord('handed-over', ++this.#sequence, { sequences });
    await this.#opened.append(payload, { isSynced: false });
  }

  diskBytes(): number {
    return this.#opened.diskBytes();
  }

  async close(): Promise<void> {
    await this.#opened.close();
  }

  get #opened(): Journal {
    if (!this.#journal) throw new Error('the store is used before it is open');
    return this.#journal;
  }

  #restore(payload: Buffer, location: Location): void {
    const record = decodeRecord(payload);
    this.#sequence = Math.max(this.#sequence, record.sequence);
    switch (record.kind) {
      case 'bucket':
        return this.#applyBucket(record.header, record.sequence, location.bytes);
      case 'put': {
        const bucket = this.#bucketOf(record.header.bucket);
        const { header, sequence } = record;
        if (header.notify) this.#owe(header, header.notify, payload.length - record.bodyAt, sequence);
        else this.pending.delete(sequence);
        this.#applyPut(bucket, header, sequence, payload.length - record.bodyAt, location);
        return;
      }
      case 'remove':
        return this.#applyRemove(this.#bucketOf(record.header.bucket), record.header.key, record.sequence, location);
      case 'pending':
        this.pending.set(record.sequence, { ...record.header, sequence: record.sequence });
        return;
      case 'handed-over':
        for (const sequence of record.header.sequences) this.pending.delete(sequence);
    }
  }

  /** The journal drops files from the oldest on: what hides older records is needed only against moved copies. */
  #carryOver(payload: Buffer, location: Location): Buffer | undefined {
    const record = decodeRecord(payload);
    switch (record.kind) {
      case 'bucket':
        return this.#bucketOf(record.header.name).configSequence === record.sequence ? payload : undefined;
      case 'put': {
        const { header, sequence } = record;
        const owed = this.pending.get(sequence);
        if (isAt(this.#bucketOf(header.bucket).objects.get(header.key), location)) {
          if (owed || !header.notify) return payload;
          const { notify: _handedOver, ...rest } = header;
          return encodeRecord('put', sequence, rest, payload.subarray(record.bodyAt)).payload;
        }
        return owed && pendingRecord(owed);
      }
      case 'remove': {
        const tombstone = this.#bucketOf(record.header.bucket).tombstones.get(record.header.key);
        if (tombstone?.sequence !== record.sequence) return undefined;
        if (tombstone.horizon > location.segment) return payload;
        this.#bucketOf(record.header.bucket).tombstones.delete(record.header.key);
        return undefined;
      }
      case 'pending': {
        const owed = this.pending.get(record.sequence);
        return owed && pendingRecord(owed);
      }
      case 'handed-over':
        // Every put that it speaks of is older, and gone or moved without its debt.
        return undefined;
    }
  }

  #moved(payload: Buffer, from: Location, to: Location): void {
    const record = decodeRecord(payload);
    if (record.kind !== 'put') return;
    const bucket = this.#bucketOf(record.header.bucket);
    const object = bucket.objects.get(record.header.key);
    if (isAt(object, from)) {
      object.location = to;
      this.#liveBytes += to.bytes - from.bytes;
      return;
    }
    const tombstone = bucket.tombstones.get(record.header.key);
    if (tombstone) tombstone.horizon = Math.max(tombstone.horizon, to.segment);
  }

  #applyBucket(config: BucketConfig, sequence: number, bytes: number): void {
    const bucket = this.buckets.get(config.name);
    if (bucket && bucket.configSequence > sequence) return;
    this.#liveBytes += bytes - (bucket?.configBytes ?? 0);
    if (!bucket) this.buckets.set(config.name, new Bucket(config, sequence, bytes));
    else {
      bucket.config = config;
      bucket.configSequence = sequence;
      bucket.configBytes = bytes;
    }
  }

  /** A record that is older than what is known changes nothing; of a record and its moved copy the later place counts. */
  #applyPut(bucket: Bucket, header: PutHeader, sequence: number, bodyBytes: number, location: Location): StoredObject {
    const object: StoredObject = {
      key: header.key,
      contentType: this.#intern(header.contentType),
      headers: header.headers,
      checksum: header.checksum,
      sequence,
      etag: header.etag,
      bodyBytes,
      lastModifiedAt: header.lastModifiedAt,
      versionId: header.versionId,
      location,
    };
    if (bucket.latestSequence(header.key) > sequence) {
      const tombstone = bucket.tombstones.get(header.key);
      if (tombstone) tombstone.horizon = Math.max(tombstone.horizon, location.segment);
      return object;
    }
    const known = bucket.objects.get(header.key);
    if (known) this.#forget(known);
    bucket.put(object);
    this.#liveBytes += location.bytes;
    return object;
  }

  #applyRemove(bucket: Bucket, key: string, sequence: number, location: Location): void {
    if (bucket.latestSequence(key) > sequence) return;
    const known = bucket.objects.get(key);
    if (known) this.#forget(known);
    bucket.remove(key, { sequence, horizon: location.segment });
  }

  #owe(header: Omit<PutHeader, 'notify'>, notify: Notify, bodyBytes: number, sequence: number): void {
    const { bucket, key, etag, lastModifiedAt, versionId } = header;
    const version = versionId === undefined ? {} : { versionId };
    this.pending.set(sequence, { ...notify, bucket, key, etag, bodyBytes, lastModifiedAt, ...version, sequence });
  }

  #forget(object: StoredObject): void {
    this.#liveBytes -= object.location.bytes;
    this.#cache.forget(object);
  }

  /** The few content types there are, once each instead of once an object. */
  #intern(contentType: string): string {
    const known = this.#contentTypes.get(contentType);
    if (known !== undefined) return known;
    if (this.#contentTypes.size < 1000) this.#contentTypes.set(contentType, contentType);
    return contentType;
  }

  /** While records are restored, a bucket's own record may come after its objects': the journal moves old ones. */
  #bucketOf(name: string): Bucket {
    const known = this.buckets.get(name);
    if (known) return known;
    const bucket = new Bucket({ name, versioned: false, createdAt: 0, notifications: [] }, 0, 0);
    this.buckets.set(name, bucket);
    return bucket;
  }
}

function pendingRecord({ sequence, ...header }: PendingNotification): Buffer {
  return encodeRecord('pending', sequence, header).payload;
}

function isAt(object: StoredObject | undefined, place: Location): object is StoredObject {
  return object?.location.segment === place.segment && object.location.offset === place.offset;
}
