import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SegmentedFileOptions {
  readonly folder: string;
  /** A segment that has grown beyond this is closed and a new one begun. */
  readonly segmentBytes: number;
}

/**
 * An append-only file of JSON records, cut into numbered segments so that old records can be dropped by deleting a file.
 *
 * `append` returns after the record is in the operating system's page cache: it survives `kill -9` of this process, not
 * a power cut. Writing synchronously costs about 10 µs a record and spares every caller a question: a record that
 * anybody was told of is a record that is written.
 */
export class SegmentedFile {
  readonly #folder: string;
  readonly #segmentBytes: number;
  readonly #bytesOf = new Map<number, number>();
  #current = 0;
  #descriptor: number | undefined;

  constructor(options: SegmentedFileOptions) {
    this.#folder = options.folder;
    this.#segmentBytes = options.segmentBytes;
  }

  /** Reads what an earlier process left, oldest first, then begins a segment of its own. Answers the torn lines skipped. */
  open(onRecord: (record: unknown, segment: number) => void): number {
    mkdirSync(this.#folder, { recursive: true });
    let torn = 0;
    for (const number of this.#numbersOnDisk()) {
      const path = this.#pathOf(number);
      this.#bytesOf.set(number, statSync(path).size);
      this.#current = number;
      for (const line of readFileSync(path, 'utf8').split('\n')) {
        if (line === '') continue;
        const record = parsed(line);
        if (record === undefined) torn += 1;
        else onRecord(record, number);
      }
    }
    this.#begin();
    return torn;
  }

  /** Answers the number of the segment that holds the record. */
  append(record: unknown): number {
    if (this.#descriptor === undefined) throw new Error('The segmented file is not open.');
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    for (let written = 0; written < line.length;) written += writeSync(this.#descriptor, line, written);
    const segment = this.#current;
    const bytes = (this.#bytesOf.get(segment) ?? 0) + line.length;
    this.#bytesOf.set(segment, bytes);
    if (bytes >= this.#segmentBytes) this.#begin();
    return segment;
  }

  /** Oldest first; the last one is being written. */
  segments(): readonly number[] {
    return [...this.#bytesOf.keys()];
  }

  totalBytes(): number {
    let total = 0;
    for (const bytes of this.#bytesOf.values()) total += bytes;
    return total;
  }

  drop(segment: number): void {
    if (segment === this.#current)
      throw new Error(`Segment ${String(segment)} is being written and cannot be dropped.`);
    if (this.#bytesOf.delete(segment)) unlinkSync(this.#pathOf(segment));
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #begin(): void {
    this.close();
    this.#current += 1;
    this.#bytesOf.set(this.#current, 0);
    this.#descriptor = openSync(this.#pathOf(this.#current), 'a');
  }

  #numbersOnDisk(): number[] {
    return readdirSync(this.#folder)
      .map((name) => /^(\d{8})\.jsonl$/.exec(name)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  }

  #pathOf(segment: number): string {
    return join(this.#folder, `${String(segment).padStart(8, '0')}.jsonl`);
  }
}

/** A line that a kill cut in half is no record: nobody was told of it. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
