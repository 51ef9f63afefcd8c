import { spawn } from 'node:child_process';

/**
 * A program on another Node, with the streams of this process. Aborted, it asks that one to end and waits for it.
 * @returns its exit code. @throws Error when a signal ended it.
 */
export async function runOn(node: string, args: readonly string[], signal: AbortSignal): Promise<number> {
  const child = spawn(node, [...args], { stdio: 'inherit' });
  const interrupt = () => child.kill('SIGTERM');
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, endedBy) => {
        if (code !== null) resolve(code);
        else reject(new Error(`${node} was ended by ${endedBy}`));
      });
    });
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}
