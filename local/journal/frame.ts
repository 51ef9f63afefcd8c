import { crc32 } from 'node:zlib';

/**
 * A record on disk: length of the payload (u32, big endian), CRC-32 of the payload (u32), payload. A length of 0 is never
 * written, so that a run of zeros, as a file system may leave behind after a power cut, is not taken for records.
 */
export const FRAME_HEADER_BYTES = 8;

/** An object of the largest body (16 MiB) with its attributes fits. */
export const MOST_PAYLOAD_BYTES = 17 * 1024 * 1024;

export function frameHeader(payload: Buffer): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(crc32(payload), 4);
  return header;
}

/** The payload of the frame at an offset, or undefined when there is no whole and undamaged frame. */
export function payloadAt(bytes: Buffer, offset: number): Buffer | undefined {
  const start = offset + FRAME_HEADER_BYTES;
  if (start > bytes.length) return undefined;
  const length = bytes.readUInt32BE(offset);
  if (length === 0 || length > MOST_PAYLOAD_BYTES || start + length > bytes.length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return crc32(payload) === bytes.readUInt32BE(offset + 4) ? payload : undefined;
}
