import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Remembers on disk which processes run, so that a restart can end those of a predecessor that was killed. */
export class ProcessNotes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(pid: number, sandboxId: string): void {
    writeFileSync(join(this.#folder, String(pid)), sandboxId);
  }

  remove(pid: number): void {
    rmSync(join(this.#folder, String(pid)), { force: true });
  }

  /** Ends what is left. A process counts as ours only if its command line bears the id noted for it. */
  killLeftovers(): number {
    mkdirSync(this.#folder, { recursive: true });
    let killed = 0;
    for (const name of readdirSync(this.#folder)) {
      const pid = Number(name);
      if (!Number.isInteger(pid) || pid < 2) continue;
      const sandboxId = readFileSync(join(this.#folder, name), 'utf8');
      if (sandboxId !== '' && commandLineOf(pid).includes(sandboxId)) {
        killGroup(pid);
        killed += 1;
      }
      this.remove(pid);
    }
    return killed;
  }
}

/** Sandboxes lead a process group, so that what a function started ends with it. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Gone already, or not yet the leader of its group: its start was a moment ago.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    killOne(pid);
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    return commandLineByPs(pid);
  }
}

function commandLineByPs(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return ''; // No such process.
  }
}
