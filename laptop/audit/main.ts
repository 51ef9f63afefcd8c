import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { CannotBeginError } from '../cannot-begin-error.ts';
import { STATE_FOLDER } from '../state-folder.ts';
import { deployedSystem, laptopSystem } from './audited-system.ts';
import { takeStackName } from './take-stack-name.ts';

/**
 * `npm run audit`: finds the system, and runs the monitor's audit with the environment that the monitor has there. That
 * program has all other options, the output and the exit code.
 */

const AUDIT = fileURLToPath(new URL('../../monitor/audit/main.ts', import.meta.url));
const COULD_NOT_BEGIN = 2;
const INTERRUPTED = 130;
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return runAudit(['--help'], {});
  try {
    const { stackName, rest } = takeStackName(args);
    const system =
      stackName === undefined
        ? await laptopSystem(STATE_FOLDER, process.env, (what) => process.stderr.write(`${what}\n`))
        : await deployedSystem(stackName, process.env);
    try {
      return await runAudit(rest, { ...system.environment, ...QUIET_SDK });
    } finally {
      await system.close();
    }
  } catch (error) {
    const isPlain = error instanceof CannotBeginError;
    const text = error instanceof Error ? ((isPlain ? undefined : error.stack) ?? error.message) : String(error);
    process.stderr.write(`audit: ${text}\n`);
    return COULD_NOT_BEGIN;
  }
}

/** Resolves to its exit code. Signals are for it: this one waits, and then closes what it has started. */
async function runAudit(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', AUDIT, ...args], { stdio: 'inherit', env: environment });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? INTERRUPTED;
}
