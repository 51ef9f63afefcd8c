import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface GroupMember {
  readonly pid: number;
  readonly commandLine: string;
}

/** Sends a signal to a process; false when there is none of that id. A negative id means the whole group. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The living processes of a group. Zombies do not count: they hold nothing and wait only for their parent. */
export function membersOf(groupId: number): readonly GroupMember[] {
  return livingProcesses()
    .filter((candidate) => candidate.groupId === groupId)
    .map(({ pid, commandLine }) => ({ pid, commandLine }));
}

/** A living process's command line, `undefined` when there is no such process. */
export function commandLineOf(pid: number): string | undefined {
  return livingProcesses().find((candidate) => candidate.pid === pid)?.commandLine;
}

export interface LivingProcess extends GroupMember {
  readonly groupId: number;
}

/** Every process of the machine that is not a zombie. */
export function livingProcesses(): readonly LivingProcess[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

function fromProc(): readonly LivingProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The second field is the program's name in parentheses and may hold anything, spaces and parentheses too.
      const [state, , groupId] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z' || state === 'X') return [];
      const commandLine = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return [{ pid: Number(name), groupId: Number(groupId), commandLine }];
    } catch {
      // It ended while we were looking.
      return [];
    }
  });
}

function fromPs(): readonly LivingProcess[] {
  const listing = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat=,command='], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return listing.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    if (match === null || match[3]?.startsWith('Z')) return [];
    return [{ pid: Number(match[1]), groupId: Number(match[2]), commandLine: match[4] ?? '' }];
  });
}
