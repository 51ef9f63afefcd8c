import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogEvent } from './log-event.ts';
import { LogGroup } from './log-group.ts';
import { SegmentedFile } from './segmented-file.ts';

export interface LogRetention {
  /** Of the files; the oldest segment goes first. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly segmentBytes: number;
}

/** 64 MiB is about 200,000 lines: days of demo, an hour of load, and never the whole memory of a laptop. */
export const DEFAULT_RETENTION: LogRetention = {
  maxBytes: 64 * 1024 * 1024,
  maxAgeMs: 7 * 24 * 3600 * 1000,
  segmentBytes: 4 * 1024 * 1024,
};

export interface NewLogEvent {
  readonly stream: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

interface GroupsFile {
  readonly groups: readonly {
    readonly name: string;
    readonly createdAt: number;
    readonly streams: readonly string[];
  }[];
}

/** All groups, in memory for reading and in segments on disk for the next process. */
export class LogStore {
  readonly #folder: string;
  readonly #retention: LogRetention;
  readonly #clock: () => number;
  readonly #file: SegmentedFile;
  readonly #groups = new Map<string, LogGroup>();
  readonly #newestIn = new Map<number, number>();
  #lastSequence = 0;
  #isOpen = false;

  constructor(options: { readonly folder: string; readonly retention: LogRetention; readonly clock: () => number }) {
    this.#folder = options.folder;
    this.#retention = options.retention;
    this.#clock = options.clock;
    this.#file = new SegmentedFile({
      folder: join(options.folder, 'events'),
      segmentBytes: options.retention.segmentBytes,
    });
  }

  open(): void {
    mkdirSync(this.#folder, { recursive: true });
    for (const group of this.#readGroups().groups) {
      const opened = this.#groupOf(group.name, group.createdAt);
      for (const stream of group.streams) opened.addStream(stream, group.createdAt);
    }
    this.#file.open((record, segment) => this.#restore(record, segment));
    this.#retain();
    this.#isOpen = true;
  }

  close(): void {
    this.#isOpen = false;
    this.#file.close();
  }

  group(name: string): LogGroup | undefined {
    return this.#groups.get(name);
  }

  groups(): readonly LogGroup[] {
    return [...this.#groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws Error before `open`: the groups of an earlier run would be forgotten. */
  createGroup(name: string): 'created' | 'exists' {
    if (!this.#isOpen) throw new Error(`The log group ${name} cannot be created before CloudWatch Logs is started.`);
    if (this.#groups.has(name)) return 'exists';
    this.#groupOf(name, this.#clock());
    this.#writeGroups();
    return 'created';
  }

  createStream(group: LogGroup, name: string): 'created' | 'exists' {
    if (group.streams.has(name)) return 'exists';
    group.addStream(name, this.#clock());
    this.#writeGroups();
    return 'created';
  }

  add(group: LogGroup, event: NewLogEvent): void {
    const sequence = ++this.#lastSequence;
    const record = [group.name, event.stream, event.timestamp, event.ingestionTime, sequence, event.message];
    const segmentsBefore = this.#file.segments().length;
    const segment = this.#file.append(record);
    this.#newestIn.set(segment, Math.max(this.#newestIn.get(segment) ?? 0, event.ingestionTime));
    group.add({ ...event, sequence, segment });
    if (this.#file.segments().length !== segmentsBefore) this.#retain();
  }

  #restore(record: unknown, segment: number): void {
    if (!isStoredLine(record)) return;
    const [groupName, stream, timestamp, ingestionTime, sequence, message] = record;
    const event: LogEvent = { stream, timestamp, ingestionTime, sequence, message, segment };
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
    this.#newestIn.set(segment, Math.max(this.#newestIn.get(segment) ?? 0, ingestionTime));
    this.#groupOf(groupName, timestamp).add(event);
  }

  #retain(): void {
    const oldest = this.#clock() - this.#retention.maxAgeMs;
    for (const segment of this.#file.segments().slice(0, -1)) {
      const isOld = (this.#newestIn.get(segment) ?? 0) < oldest;
      if (!isOld && this.#file.totalBytes() <= this.#retention.maxBytes) return;
      this.#file.drop(segment);
      this.#newestIn.delete(segment);
      for (const group of this.#groups.values()) group.forgetSegment(segment, oldest);
    }
  }

  #groupOf(name: string, createdAt: number): LogGroup {
    const known = this.#groups.get(name);
    if (known !== undefined) return known;
    const group = new LogGroup(name, createdAt);
    this.#groups.set(name, group);
    return group;
  }

  #readGroups(): GroupsFile {
    try {
      return JSON.parse(readFileSync(join(this.#folder, 'groups.json'), 'utf8')) as GroupsFile;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { groups: [] };
      throw new Error(`${join(this.#folder, 'groups.json')} cannot be read; delete it to start with no groups.`, {
        cause: error,
      });
    }
  }

  #writeGroups(): void {
    const path = join(this.#folder, 'groups.json');
    const groups = this.groups().map((group) => ({
      name: group.name,
      createdAt: group.createdAt,
      streams: [...group.streams.values()].filter((s) => s.lastEventAt === undefined).map((s) => s.name),
    }));
    writeFileSync(`${path}.new`, JSON.stringify({ groups } satisfies GroupsFile));
    renameSync(`${path}.new`, path);
  }
}

type StoredLine = [
  group: string,
  stream: string,
  timestamp: number,
  ingestion: number,
  sequence: number,
  message: string,
];

function isStoredLine(record: unknown): record is StoredLine {
  return Array.isArray(record) && record.length === 6 && typeof record[5] === 'string';
}
