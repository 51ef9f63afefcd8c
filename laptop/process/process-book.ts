import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeGroup } from './child-process.ts';
import { commandLineOf, signalProcess } from './process-group.ts';

/** A process as it is written down: enough to know it again when its starter is gone. */
export interface BookedProcess {
  readonly name: string;
  readonly pid: number;
  /** A part of its command line that no other program has: a process id alone may belong to somebody else by now. */
  readonly marker: string;
}

interface Book {
  readonly owner: BookedProcess;
  readonly processes: readonly BookedProcess[];
}

export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';

  constructor(owner: BookedProcess, file: string) {
    super(
      `The system of ${dirname(file)} is already running: stop process ${owner.pid} first (ctrl-C where it was started)`,
    );
  }
}

/** Which processes a state folder's system consists of, in a file, for the next start after a `kill -9` of everything. */
export class ProcessBook {
  readonly #file: string;
  readonly #owner: BookedProcess;
  #processes: readonly BookedProcess[] = [];

  private constructor(file: string, owner: BookedProcess) {
    this.#file = file;
    this.#owner = owner;
  }

  /**
   * Ends what an earlier system left behind and begins a new book.
   * @throws AlreadyRunningError when the earlier system is still there.
   */
  static async open(file: string, ownerPid: number): Promise<ProcessBook> {
    const earlier = readBook(file);
    if (earlier !== undefined && earlier.owner.pid !== ownerPid && isStill(earlier.owner))
      throw new AlreadyRunningError(earlier.owner, file);
    for (const left of earlier?.processes.filter(isStill) ?? []) await endLeftover(left);
    const book = new ProcessBook(file, { name: 'owner', pid: ownerPid, marker: commandLineOf(ownerPid) ?? '' });
    book.#write();
    return book;
  }

  /** Whether a process of the system that the book is of runs, whoever has started it. */
  static isRunning(file: string, name: string): boolean {
    return readBook(file)?.processes.some((process) => process.name === name && isStill(process)) ?? false;
  }

  add(entry: BookedProcess): void {
    this.#processes = [...this.#processes.filter(({ name }) => name !== entry.name), entry];
    this.#write();
  }

  clear(): void {
    this.#processes = [];
    this.#write();
  }

  #write(): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(
      this.#file,
      JSON.stringify({ owner: this.#owner, processes: this.#processes } satisfies Book, undefined, 2),
    );
  }
}

/** How long whoever inherited a process may take to reap it, milliseconds. */
const REAPING_MS = 3_000;

/**
 * A killed process whose parent is gone stays as a zombie until init reaps it, and until then its id counts as alive
 * for whoever only asks whether there is such a process, as lock files do.
 */
async function endLeftover({ pid, name }: BookedProcess): Promise<void> {
  await removeGroup(pid, name);
  const until = Date.now() + REAPING_MS;
  while (signalProcess(pid, 0) && Date.now() < until) await pause(20);
}

function readBook(file: string): Book | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Book;
  } catch {
    // None yet, or one that a crash cut short: then its processes are gone or the port check will tell.
    return undefined;
  }
}

/** Whether the process of that id is still the one that was written down. */
function isStill({ pid, marker }: BookedProcess): boolean {
  return marker !== '' && commandLineOf(pid)?.includes(marker) === true;
}
