import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** 25 ms: a function that allocates 1 GB/s outgrows its limit by 25 MB before it is seen. Costs 15 µs a process. */
const PROC_INTERVAL_MS = 25;
/** Elsewhere every sample starts a process. */
const PS_INTERVAL_MS = 500;

interface Watched {
  readonly limitBytes: number;
  readonly onOutgrown: () => void;
  peakBytes: number;
}

/** Looks at the resident memory of processes while they work, since no operating system limits exactly that. */
export class ResidentMemory {
  readonly #watched = new Map<number, Watched>();
  readonly #usesProc = existsSync('/proc/self/statm');
  readonly #pageBytes = this.#usesProc ? pageBytes() : 0;
  #timer: NodeJS.Timeout | undefined;
  #isAsking = false;

  watch(pid: number, limitBytes: number, onOutgrown: () => void): void {
    this.#watched.set(pid, { limitBytes, onOutgrown, peakBytes: 0 });
    this.#timer ??= setInterval(() => this.#sample(), this.#usesProc ? PROC_INTERVAL_MS : PS_INTERVAL_MS).unref();
  }

  /** Answers the most that was ever seen of it, bytes. */
  unwatch(pid: number): number {
    const watched = this.#watched.get(pid);
    if (watched !== undefined && this.#usesProc) watched.peakBytes = Math.max(watched.peakBytes, highWaterMark(pid));
    this.#watched.delete(pid);
    if (this.#watched.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
    return watched?.peakBytes ?? 0;
  }

  #sample(): void {
    if (!this.#usesProc) return this.#askPs();
    for (const pid of this.#watched.keys())
      this.#note(pid, readOrZero(`/proc/${String(pid)}/statm`, residentPages) * this.#pageBytes);
  }

  #note(pid: number, bytes: number): void {
    const watched = this.#watched.get(pid);
    if (watched === undefined) return;
    watched.peakBytes = Math.max(watched.peakBytes, bytes);
    if (bytes > watched.limitBytes) watched.onOutgrown();
  }

  #askPs(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    execFile('ps', ['-o', 'pid=,rss=', '-p', [...this.#watched.keys()].join(',')], (_error, output) => {
      this.#isAsking = false;
      for (const [, pid, kibibytes] of output.matchAll(/(\d+)\s+(\d+)/g))
        this.#note(Number(pid), Number(kibibytes) * 1024);
    });
  }
}

function highWaterMark(pid: number): number {
  return readOrZero(`/proc/${String(pid)}/status`, (text) => Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1] ?? 0) * 1024);
}

function residentPages(statm: string): number {
  return Number(statm.split(' ')[1] ?? 0);
}

/** The kernel tells pages, not their size; this process knows its own memory in both. */
function pageBytes(): number {
  const pages = residentPages(readFileSync('/proc/self/statm', 'utf8'));
  const ratio = process.memoryUsage.rss() / pages;
  return [4096, 16_384, 65_536].reduce((best, size) => (Math.abs(size - ratio) < Math.abs(best - ratio) ? size : best));
}

function readOrZero(path: string, read: (text: string) => number): number {
  try {
    return read(readFileSync(path, 'utf8'));
  } catch {
    return 0; // The process has just ended; its exit is reported elsewhere.
  }
}
