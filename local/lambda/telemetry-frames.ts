import type { LogLine } from '../ports.ts';

/** Text. Three bits of a frame's type, here zero, are the level, which the message says again in its own words. */
const TEXT_FRAME = 0xa55a0003;
const LEVEL_BITS = 0x1c;
const HEADER_BYTES = 16;

/**
 * Reads the frames in which a runtime writes its log to the telemetry descriptor: type (4 bytes), length (4), instant in
 * microseconds (8), message. A frame is one event however many lines it has. Source: AWS's runtime interface clients.
 * The descriptor belongs to the function's process, so what does not follow the protocol must do no harm here.
 */
export class TelemetryFrames {
  readonly #maxMessageBytes: number;
  #pending: Buffer = Buffer.alloc(0);
  #readBytes = 0;
  #isBroken = false;

  constructor(maxMessageBytes = 16 * 1024 * 1024) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** How many bytes were taken in so far, whole frames or not. */
  get readBytes(): number {
    return this.#readBytes;
  }

  read(chunk: Buffer): readonly LogLine[] {
    this.#readBytes += chunk.length;
    if (this.#isBroken) return [];
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const lines: LogLine[] = [];
    while (this.#pending.length >= HEADER_BYTES) {
      const length = this.#pending.readUInt32BE(4);
      const type = (this.#pending.readUInt32BE(0) & ~LEVEL_BITS) >>> 0;
      if (type !== TEXT_FRAME || length > this.#maxMessageBytes) {
        this.#isBroken = true;
        this.#pending = Buffer.alloc(0);
        break;
      }
      if (this.#pending.length < HEADER_BYTES + length) break;
      const timestamp = Number(this.#pending.readBigUInt64BE(8) / 1000n);
      lines.push({ timestamp, message: this.#pending.toString('utf8', HEADER_BYTES, HEADER_BYTES + length) });
      this.#pending = this.#pending.subarray(HEADER_BYTES + length);
    }
    return lines;
  }
}
