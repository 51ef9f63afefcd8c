import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly output: { out: string; err: string };
  /** Resolves to the exit code once it has ended. */
  readonly exited: Promise<number | null>;
}

/** What every process needs of the machine. The SDK writes a warning of its own to standard error under older Node. */
export const BASE_ENVIRONMENT = {
  PATH: process.env.PATH ?? '',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** Runs an entry point with this environment and no other. */
export function startProcess(
  entryPoint: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): StartedProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', entryPoint, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.err += chunk.toString()));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { child, output, exited };
}

/** The lines of a process's standard output that are a JSON object. */
export function jsonLines({ output }: StartedProcess): readonly Readonly<Record<string, unknown>>[] {
  return output.out
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
