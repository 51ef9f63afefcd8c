import type { BucketConfig, ObjectAttributes } from './bucket.ts';

/**
 * S3's records in the journal: kind (u8), sequence (u48), length of the JSON part (u32), JSON part, body (puts only).
 */
export type S3Record =
  | { readonly kind: 'bucket'; readonly sequence: number; readonly header: BucketConfig }
  | { readonly kind: 'put'; readonly sequence: number; readonly header: PutHeader; readonly bodyAt: number }
  | { readonly kind: 'remove'; readonly sequence: number; readonly header: RemoveHeader }
  | { readonly kind: 'handed-over'; readonly sequence: number; readonly header: HandedOverHeader }
  | { readonly kind: 'pending'; readonly sequence: number; readonly header: PendingHeader };

export interface PutHeader extends ObjectAttributes {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly lastModifiedAt: number;
  readonly versionId?: string;
  /** The object's own writing owes a notification; gone from the record once it is known to be handed over. */
  readonly notify?: Notify;
}

export interface Notify {
  readonly configurationId: string;
  readonly functionArn: string;
  /** Of the call that wrote the object. */
  readonly requestId: string;
  readonly principalArn: string;
}

export interface RemoveHeader {
  readonly bucket: string;
  readonly key: string;
}

/** The sequences of puts whose notifications Lambda's queue has taken (or that the weather lost). */
export interface HandedOverHeader {
  readonly sequences: readonly number[];
}

/** A notification that outlived its object: the object was overwritten or removed before the event could be handed over. */
export interface PendingHeader extends Notify {
  readonly bucket: string;
  readonly key: string;
  readonly etag: string;
  readonly bodyBytes: number;
  readonly lastModifiedAt: number;
  readonly versionId?: string;
}

const KINDS: readonly S3Record['kind'][] = ['bucket', 'put', 'remove', 'handed-over', 'pending'];
const PREFIX_BYTES = 11;
const EMPTY = Buffer.alloc(0);

export interface EncodedRecord {
  readonly payload: Buffer;
  readonly bodyAt: number;
}

/** The result has memory of its own: it may be kept without keeping the request's buffers. */
export function encodeRecord(
  kind: S3Record['kind'],
  sequence: number,
  header: object,
  body: Buffer = EMPTY,
): EncodedRecord {
  const json = JSON.stringify(header);
  const jsonBytes = Buffer.byteLength(json);
  const bodyAt = PREFIX_BYTES + jsonBytes;
  const payload = Buffer.allocUnsafeSlow(bodyAt + body.length);
  payload.writeUInt8(KINDS.indexOf(kind), 0);
  payload.writeUIntBE(sequence, 1, 6);
  payload.writeUInt32BE(jsonBytes, 7);
  payload.write(json, PREFIX_BYTES, 'utf8');
  body.copy(payload, bodyAt);
  return { payload, bodyAt };
}

export function decodeRecord(payload: Buffer): S3Record {
  const kind = KINDS[payload.readUInt8(0)];
  if (kind === undefined)
    throw new Error(`unknown kind of record ${payload.readUInt8(0)}: written by a newer version?`);
  const bodyAt = PREFIX_BYTES + payload.readUInt32BE(7);
  const header: unknown = JSON.parse(payload.toString('utf8', PREFIX_BYTES, bodyAt));
  const sequence = payload.readUIntBE(1, 6);
  return { kind, sequence, header, ...(kind === 'put' ? { bodyAt } : {}) } as S3Record;
}

/** The body without parsing the rest. */
export function bodyOf(payload: Buffer): Buffer {
  return payload.subarray(PREFIX_BYTES + payload.readUInt32BE(7));
}
