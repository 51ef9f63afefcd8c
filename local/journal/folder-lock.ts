import { readFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JournalInUseError } from './errors.ts';

/**
 * Keeps two processes from writing one folder. The lock of a process that is gone (kill -9) is taken over.
 * @returns a function that releases the lock
 * @throws JournalInUseError
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock');
  try {
    await writeFile(path, String(process.pid), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = Number(await readFile(path, 'utf8'));
    if (holder !== process.pid && isRunning(holder)) {
      throw new JournalInUseError(
        `${folder} is in use by process ${holder}; stop it, or remove ${path} if that process is something else`,
        { cause: error },
      );
    }
    await writeFile(path, String(process.pid));
  }
  return () => rm(path, { force: true });
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A killed process that nobody has waited for still has its id, and writes nothing any more. */
function isZombie(pid: number): boolean {
  try {
    // `pid (name) state …`; the name may hold anything, parentheses included.
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    // No /proc here, or the process is gone meanwhile and the next start finds that out.
    return false;
  }
}
