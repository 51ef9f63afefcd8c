import type { Location } from '../journal/segment.ts';
import type { PolicyDocument } from '../ports.ts';
import type { LambdaNotification } from './notification-config.ts';
import { SortedKeys } from './sorted-keys.ts';
import { toSortable } from './key-order.ts';

/**
 * What is kept in memory of an object; its body lies in the journal. There are many: every one has the same fields, so that
 * the engine lays all of them out alike.
 */
export interface StoredObject {
  readonly key: string;
  readonly contentType: string;
  readonly headers: ObjectAttributes['headers'] | undefined;
  readonly checksum: ObjectAttributes['checksum'] | undefined;
  /** Counts every change of the store. The higher one of two changes to a key is the later. */
  readonly sequence: number;
  /** MD5 in hex, without quotes. */
  readonly etag: string;
  readonly bodyBytes: number;
  /** Milliseconds since the epoch. */
  readonly lastModifiedAt: number;
  readonly versionId: string | undefined;
  /** Changes when the journal moves the record. */
  location: Location;
}

export interface ObjectAttributes {
  readonly contentType: string;
  /** The other headers to give back: `cache-control`, `x-amz-meta-…`, … */
  readonly headers?: Readonly<Record<string, string>>;
  /** `crc32` and its base64 value, as the writer sent it. */
  readonly checksum?: { readonly algorithm: string; readonly value: string };
}

export interface BucketConfig {
  readonly name: string;
  readonly versioned: boolean;
  readonly createdAt: number;
  readonly policy?: PolicyDocument;
  readonly notifications: readonly LambdaNotification[];
}

interface Tombstone {
  readonly sequence: number;
  /** The newest file that may hold an older record of the key; while it exists, the tombstone must. */
  horizon: number;
}

/** One bucket's index. Only durable changes are applied to it. */
export class Bucket {
  config: BucketConfig;
  configSequence: number;
  configBytes: number;
  readonly objects = new Map<string, StoredObject>();
  readonly tombstones = new Map<string, Tombstone>();
  readonly keys = new SortedKeys();
  readonly #writesInFlight = new Map<string, number>();

  constructor(config: BucketConfig, sequence: number, bytes: number) {
    this.config = config;
    this.configSequence = sequence;
    this.configBytes = bytes;
  }

  put(object: StoredObject): void {
    const known = this.objects.get(object.key);
    if (!known) this.keys.add(toSortable(object.key));
    this.objects.set(object.key, object);
    this.tombstones.delete(object.key);
  }

  remove(key: string, tombstone: Tombstone): void {
    if (this.objects.delete(key)) this.keys.delete(toSortable(key));
    this.tombstones.set(key, tombstone);
  }

  /** The latest change of a key, 0 when there was none. */
  latestSequence(key: string): number {
    return this.objects.get(key)?.sequence ?? this.tombstones.get(key)?.sequence ?? 0;
  }

  hasWriteInFlight(key: string): boolean {
    return this.#writesInFlight.has(key);
  }

  writeBegan(key: string): void {
    this.#writesInFlight.set(key, (this.#writesInFlight.get(key) ?? 0) + 1);
  }

  writeEnded(key: string): void {
    const count = this.#writesInFlight.get(key) ?? 0;
    if (count > 1) this.#writesInFlight.set(key, count - 1);
    else this.#writesInFlight.delete(key);
  }
}
