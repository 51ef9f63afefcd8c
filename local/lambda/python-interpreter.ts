import { execFileSync } from 'node:child_process';

export type PythonInterpreter = { readonly path: string } | { readonly missing: string };

/** Answers on two lines. Isolated, so that the machine's PYTHON… variables do not decide. */
const QUESTION = ['-I', '-c', 'import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable)'];

/** Far more than any start of an interpreter takes; the command may be a program that waits for a person instead. */
const TIMEOUT_MS = 10_000;

/**
 * The Python that `python3` on the PATH of this process is. It is asked where it lies, because the command is often a
 * wrapper that needs an environment which functions do not have.
 */
export function findPython(command = 'python3'): PythonInterpreter {
  let answer: string;
  try {
    answer = execFileSync(command, QUESTION, { encoding: 'utf8', stdio: 'pipe', timeout: TIMEOUT_MS });
  } catch (error) {
    const isAbsent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { missing: `${command} ${isAbsent ? 'was not found on the PATH' : 'on the PATH does not start'}` };
  }
  const [version = '', path = ''] = answer.trim().split('\n');
  const [major, minor] = version.split('.').map(Number);
  if (major === 3 && (minor ?? 0) >= 9 && path !== '') return { path };
  return { missing: `${command} on the PATH is Python ${version}, and functions need 3.9 or later` };
}
