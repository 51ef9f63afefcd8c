import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface Bundles {
  readonly localAws: string;
  readonly watchdog: string;
  /** The folder of what the functions' processes are started with. */
  readonly lambdaRuntime: string;
}

const ENTRY_POINTS: Readonly<Record<'localAws' | 'watchdog', string>> = {
  localAws: 'local/main.ts',
  watchdog: 'laptop/process/watchdog.ts',
};

const LAMBDA_RUNTIME = 'local/lambda/runtime';

/**
 * Bundles what is not in the stack's assembly into one ESM file each: starting from the sources would take each process a
 * second longer. The files lie in a folder of this system alone, so that two systems never write the same file and a
 * process's command line says whose it is.
 */
export async function bundleProcesses(projectFolder: string, outputFolder: string): Promise<Bundles> {
  await build({
    absWorkingDir: projectFolder,
    entryPoints: Object.entries(ENTRY_POINTS).map(([name, path]) => ({ in: path, out: name })),
    outdir: outputFolder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    sourcemap: 'linked',
    logLevel: 'silent',
  });
  // The local AWS starts this file by its path, beside its own.
  const lambdaRuntime = join(outputFolder, 'runtime');
  await cp(join(projectFolder, LAMBDA_RUNTIME), lambdaRuntime, { recursive: true });
  const file = (name: keyof typeof ENTRY_POINTS) => join(outputFolder, `${name}.mjs`);
  return { localAws: file('localAws'), watchdog: file('watchdog'), lambdaRuntime };
}
