import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logger.ts';
import { installShutdown } from '../platform/shutdown.ts';
import { PortTakenError } from './free-port.ts';
import { instructions } from './instructions.ts';
import { describeExit } from './process-exit.ts';
import { AlreadyRunningError } from './process/process-book.ts';
import { seedItems } from './sample-items.ts';
import { STATE_FOLDER } from './state-folder.ts';
import { startSystem } from './system.ts';

/** `npm start`: the whole system on this machine, until ctrl-C. */

const DEFAULT_PORT = 8080;
const SHUTDOWN_MS = 30_000;

await main();

async function main(): Promise<void> {
  const port = readPort(process.env.PORT);
  if (port === undefined)
    return fail(`PORT is ${JSON.stringify(process.env.PORT)}: expected a whole number from 0 to 65535`);

  let hasFailed = false;
  const shutdown = installShutdown({
    logger: createLogger({ name: 'laptop', level: 'warn', destination: process.stderr }),
    clock: systemClock,
    timeoutMs: SHUTDOWN_MS,
    target: {
      on: (event, listener) => process.on(event, listener),
      exit: (code) => process.exit(hasFailed ? 1 : code),
    },
  });

  const starting = startSystem({
    stateFolder: STATE_FOLDER,
    port,
    hostEnvironment: process.env,
    hasFaultService: true,
    onProgress: (what) => process.stderr.write(`${what}\n`),
    onExited: (exit) => process.stderr.write(`${describeExit(exit)}\n`),
  });
  shutdown.onClose('system', async () => {
    // A start that failed has stopped what it had started, and says why below.
    const system = await starting.catch(() => undefined);
    await system?.stop();
  });
  try {
    const system = await starting;
    if (!shutdown.signal.aborted) await seedItems(system.url);
    if (!shutdown.signal.aborted) process.stdout.write(instructions(system));
  } catch (error) {
    if (shutdown.signal.aborted) return;
    hasFailed = true;
    // These say all there is to say; of anything else the stack is worth seeing.
    const isPlain = error instanceof PortTakenError || error instanceof AlreadyRunningError;
    fail(error instanceof Error ? ((isPlain ? undefined : error.stack) ?? error.message) : String(error));
    await shutdown.close('the start failed');
  }
}

function readPort(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return DEFAULT_PORT;
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
}

function fail(message: string): void {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
