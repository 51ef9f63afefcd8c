import { systemClock } from './clock.ts';
import { createLogger } from './logger.ts';
import { installShutdown, type ShutdownTarget } from './shutdown.ts';

/** Something that is started by hand, does one thing and ends. */
export interface Command {
  /** Lower case, one word: who logs. */
  readonly name: string;
  /** What it has started ends within this, once it is over or interrupted. */
  readonly closeTimeoutMs: number;
  /** Its exit code. Ends early when the signal is aborted, in whatever way. */
  readonly run: (signal: AbortSignal) => Promise<number>;
  /** Called one after another once the run has ended. */
  readonly closers?: readonly CommandCloser[];
  /** Says what it failed of, and gives the exit code. Absent: the stack, and `failureCode`. */
  readonly tellFailure?: (error: unknown) => number;
  /** An error that has to be told even when the command was interrupted. */
  readonly isToldAnyway?: (error: unknown) => boolean;
  /** Of a command that failed, or could not close what it started; 1 when absent. */
  readonly failureCode?: number;
  /** The process to end; another one in tests. */
  readonly target?: ShutdownTarget;
}

export interface CommandCloser {
  readonly name: string;
  /** `exitCode`: the run's; `undefined` when it was interrupted and has none. */
  readonly close: (exitCode: number | undefined) => void | Promise<void>;
}

/** 128 and the number of SIGINT, as shells have it. */
const INTERRUPTED = 130;

/** Runs a command, closes what it started, and ends the process. A signal makes it do the same earlier. */
export async function runToExit(command: Command): Promise<void> {
  const { name, closeTimeoutMs, run, closers = [], failureCode = 1, target = process } = command;
  const { tellFailure = tellStack(failureCode), isToldAnyway = () => false } = command;
  let exitCode: number | undefined;
  const shutdown = installShutdown({
    logger: createLogger({ name, level: 'warn', destination: process.stderr }),
    clock: systemClock,
    timeoutMs: closeTimeoutMs,
    target: {
      on: (event, listener) => target.on(event, listener),
      exit: (code) => target.exit(code === 0 ? (exitCode ?? INTERRUPTED) : failureCode),
    },
  });
  for (const closer of closers.toReversed()) shutdown.onClose(closer.name, () => closer.close(exitCode));
  const running = (async () => {
    try {
      exitCode = await run(shutdown.signal);
    } catch (error) {
      // An interrupted run fails in all kinds of ways; the shutdown is under way already.
      if (!shutdown.signal.aborted || isToldAnyway(error)) exitCode = tellFailure(error);
    }
  })();
  shutdown.onClose('run', () => running);
  await running;
  await shutdown.close(`${name} is over`);
}

function tellStack(code: number): (error: unknown) => number {
  return (error) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return code;
  };
}
