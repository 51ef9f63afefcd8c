import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostEnvironment } from '../host-environment.ts';
import { hashSources } from './source-hash.ts';

export interface SynthesisOptions {
  readonly projectFolder: string;
  readonly stage: string;
  readonly hostEnvironment: HostEnvironment;
}

const DRAFT = 'draft-';
const ABANDONED_MS = 3_600_000;
/** Older assemblies are removed. A system that runs from one keeps a copy of what it needs, so few are enough. */
const ASSEMBLIES_KEPT = 4;
/** Bundling and synthesis take 2 to 4 s on two cores. */
const SYNTHESIS_TIMEOUT_MS = 120_000;

/**
 * The folder of the cloud assembly that the stack synthesizes to: `.local/cdk.out/{hash of the sources}`. An assembly
 * whose sources have not changed is used again. Several processes may do this at once: a folder appears only when it is
 * complete.
 */
export async function synthesize(options: SynthesisOptions): Promise<string> {
  const cache = join(options.projectFolder, '.local', 'cdk.out');
  await mkdir(cache, { recursive: true });
  const hash = await hashOf(options);
  const folder = join(cache, hash);
  if (await exists(join(folder, 'manifest.json'))) {
    // What is used stays among the youngest, which are kept.
    await utimes(folder, new Date(), new Date());
    return folder;
  }
  const draft = await mkdtemp(join(cache, DRAFT));
  try {
    await runApp(draft, options);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  if ((await hashOf(options)) !== hash) {
    // Somebody saved a file meanwhile: the assembly is right for now and must not be found under this hash again.
    const once = join(cache, `once-${hash.slice(0, 12)}-${Date.now()}`);
    await rename(draft, once);
    return once;
  }
  await moveIntoPlace(draft, folder);
  await removeOld(cache);
  return folder;
}

/** The Node version counts: what bundles and synthesizes decides with it. */
async function hashOf({ projectFolder, stage }: SynthesisOptions): Promise<string> {
  return (await hashSources(projectFolder, [stage, process.version])).slice(0, 32);
}

/** Runs the CDK app as the CDK's own command line does, with the context of `cdk.json`. */
async function runApp(
  outputFolder: string,
  { projectFolder, stage, hostEnvironment }: SynthesisOptions,
): Promise<void> {
  const { context } = JSON.parse(await readFile(join(projectFolder, 'cdk.json'), 'utf8')) as { context?: object };
  const env = {
    ...hostEnvironment,
    CDK_OUTDIR: outputFolder,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, stage }),
    // `npm run synth` validates; here it would cost over 3 s every time.
    CDK_VALIDATION: 'false',
  };
  try {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', 'bin/stateful-serverless.ts'], {
      cwd: projectFolder,
      env,
      timeout: SYNTHESIS_TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`Could not synthesize the stack for stage ${stage}:\n${(stderr ?? '').trim().slice(-4000)}`, {
      cause: error,
    });
  }
}

async function moveIntoPlace(draft: string, folder: string): Promise<void> {
  try {
    await rename(draft, folder);
  } catch (error) {
    // Another process was faster; its assembly is of the same sources.
    if (!(await exists(join(folder, 'manifest.json')))) throw error;
    await rm(draft, { recursive: true, force: true });
  }
}

/** Processes that synthesize or copy at this moment keep what they need: only what is old enough goes. */
async function removeOld(cache: string): Promise<void> {
  const names = await readdir(cache);
  const aged = await Promise.all(
    names.map(async (name) => ({ name, usedAt: (await stat(join(cache, name)).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  aged.sort((a, b) => b.usedAt - a.usedAt);
  const assemblies = aged.filter(({ name }) => !name.startsWith(DRAFT));
  // Of a process that was killed; any other is done with its draft long before.
  const abandoned = aged.filter(({ name, usedAt }) => name.startsWith(DRAFT) && usedAt < Date.now() - ABANDONED_MS);
  for (const { name } of [...assemblies.slice(ASSEMBLIES_KEPT), ...abandoned])
    await rm(join(cache, name), { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
