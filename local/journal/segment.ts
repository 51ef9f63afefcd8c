import { closeSync, fdatasync, ftruncateSync, openSync, read, writevSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { JournalCorruptError } from './errors.ts';
import { FRAME_HEADER_BYTES, payloadAt } from './frame.ts';

const readAsync = promisify(read);
const fdatasyncAsync = promisify(fdatasync);

/** Where a record's frame lies. `bytes` counts the payload alone. */
export interface Location {
  readonly segment: number;
  readonly offset: number;
  readonly bytes: number;
}

/** One file of the journal. Writes go to the page cache synchronously: that costs less than a thread's round trip. */
export class Segment {
  readonly id: number;
  readonly path: string;
  bytes = 0;
  readonly #fd: number;
  #readers = 0;
  #discarded = false;

  constructor(folder: string, id: number) {
    this.id = id;
    this.path = join(folder, segmentName(id));
    this.#fd = openSync(this.path, 'a+');
  }

  append(buffers: readonly Buffer[], totalBytes: number): void {
    const written = writevSync(this.#fd, buffers);
    if (written !== totalBytes) throw new Error(`${this.path}: ${written} of ${totalBytes} bytes were written`);
    this.bytes += totalBytes;
  }

  async sync(): Promise<void> {
    await fdatasyncAsync(this.#fd);
  }

  /** @throws JournalCorruptError */
  async read({ offset, bytes }: Location): Promise<Buffer> {
    this.#readers += 1;
    try {
      const frame = Buffer.allocUnsafeSlow(FRAME_HEADER_BYTES + bytes);
      const { bytesRead } = await readAsync(this.#fd, frame, 0, frame.length, offset);
      const payload = bytesRead === frame.length ? payloadAt(frame, 0) : undefined;
      if (payload?.length !== bytes) throw new JournalCorruptError(`${this.path}: no whole record at byte ${offset}`);
      return payload;
    } finally {
      this.#readers -= 1;
      if (this.#discarded && this.#readers === 0) closeSync(this.#fd);
    }
  }

  /** Every record in order. `endedAt` is where the last whole one ends. */
  async scan(
    visit: (payload: Buffer, location: Location) => void | Promise<void>,
  ): Promise<{ readonly endedAt: number }> {
    const content = await readFile(this.path);
    this.bytes = content.length;
    let offset = 0;
    for (let payload = payloadAt(content, 0); payload; payload = payloadAt(content, offset)) {
      const visited = visit(payload, { segment: this.id, offset, bytes: payload.length });
      if (visited) await visited;
      offset += FRAME_HEADER_BYTES + payload.length;
    }
    return { endedAt: offset };
  }

  cutOff(at: number): void {
    ftruncateSync(this.#fd, at);
    this.bytes = at;
  }

  close(): void {
    if (this.#discarded) return;
    this.#discarded = true;
    if (this.#readers === 0) closeSync(this.#fd);
  }

  /** Reads that are under way still end well: the descriptor outlives the name. */
  async remove(): Promise<void> {
    this.close();
    await rm(this.path);
  }
}

export function segmentName(id: number): string {
  return `${String(id).padStart(10, '0')}.journal`;
}

export function segmentId(fileName: string): number | undefined {
  const match = /^(\d{10})\.journal$/.exec(fileName);
  return match ? Number(match[1]) : undefined;
}
