import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { zipSync } from 'fflate';
import type { BrokenBuild } from './fault.ts';

/** A small change of one source file, as a person's mistake would be. */
interface Mutation {
  readonly find: string;
  readonly replaceBy: string;
  /** Added at the end of the file. */
  readonly append?: string;
}

const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));
const ENTRY_POINT = 'lambdas/payment/handler.ts';
const MUTATED_FILE = 'lambdas/payment/payment.ts';
const CAPTURE = 'await provider.capture(';
const MISSING_MODULE = 'a-module-that-nobody-packaged';

/** Slowly enough for a limit that is enforced by watching, and without end. */
const HOARD = `
async function hoard(): Promise<never> {
  const kept: Buffer[] = [];
  for (;;) {
    kept.push(Buffer.alloc(8 * 1024 * 1024, 1));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
`;

/** What a pause of any length comes to: the process stood still while others decided. It ends when its function is killed. */
const PAUSE_UNTIL_GIVEN_UP = `
async function pauseUntilGivenUp(
  stateStorage: PaymentOptions['stateStorage'],
  { executionId, attempt }: StepTrigger,
): Promise<void> {
  if (attempt > 1) (stateStorage as any).chargeCard();
  while ((await stateStorage.get(stepRecordKey(executionId, 'payment'))) === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
`;

const RESET_ONCE = `
import { StorageUnavailableError } from '../../storage/errors.ts';

async function resetOnce({ attempt }: StepTrigger): Promise<void> {
  if (attempt === 1) throw new StorageUnavailableError('ECONNRESET', 'the payment could not be written');
}
`;

const MUTATIONS: Readonly<Record<BrokenBuild, Mutation>> = {
  // The paper's figure 5: a method that the client does not have.
  'type-error': { find: CAPTURE, replaceBy: 'await (provider as any).chargeCard(' },
  'out-of-memory': { find: CAPTURE, replaceBy: 'await (await hoard(), provider).capture(', append: HOARD },
  'late-finisher': {
    find: CAPTURE,
    replaceBy: 'await (await pauseUntilGivenUp(stateStorage, trigger), provider).capture(',
    append: PAUSE_UNTIL_GIVEN_UP,
  },
  'reset-once': {
    find: CAPTURE,
    replaceBy: 'await (await resetOnce(trigger), provider).capture(',
    append: RESET_ONCE,
  },
  'module-missing': { find: '', replaceBy: '', append: `import '${MISSING_MODULE}';` },
};

/** A zip with a build of the payment function that is broken in this way and otherwise like the deployed one. */
export async function buildBroken(name: BrokenBuild): Promise<Uint8Array> {
  const result = await build({
    absWorkingDir: PROJECT_FOLDER,
    entryPoints: [ENTRY_POINT],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" },
    keepNames: true,
    minify: true,
    external: [MISSING_MODULE],
    plugins: [mutate(MUTATIONS[name])],
    logLevel: 'silent',
  });
  const code = result.outputFiles[0]?.contents;
  if (code === undefined) throw new Error(`the build ${name} has no output`);
  return zipSync({ 'index.mjs': code });
}

function mutate({ find, replaceBy, append = '' }: Mutation): Plugin {
  return {
    name: 'mutate',
    setup: (bundling) => {
      bundling.onLoad({ filter: /[\\/]lambdas[\\/]payment[\\/]payment\.ts$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        // Without this a change of the source would quietly turn the fault into a working build.
        if (!source.includes(find)) {
          throw new Error(`${MUTATED_FILE} has no ${JSON.stringify(find)} any more: correct the mutation`);
        }
        return { contents: source.replace(find, replaceBy) + append, loader: 'ts' };
      });
    },
  };
}
