import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import type { Logger } from './logger.ts';

/**
 * How a process ends. Two verbs:
 *
 * - graceful: the first SIGTERM or SIGINT runs the closers, newest first and one after another, within `timeoutMs`; exit
 *   code 0, or 1 when a closer failed or the time was up.
 * - forceful: a second signal, an unhandled rejection or an uncaught exception exits at once with 1. That loses nothing that
 *   a restart does not read back: crashing is a supported operation.
 */
export interface Shutdown {
  /** Registers something to close. Throws once closing has begun, for nobody would close it. */
  onClose(name: string, close: () => void | Promise<void>): void;
  /** Closes and exits as a signal would. Repeated calls wait for the same end. */
  close(reason: string): Promise<void>;
  /** Aborted when closing begins: what loops and sleeps end on. */
  readonly signal: AbortSignal;
}

export interface ShutdownOptions {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The process to end; another one in tests. */
  readonly target?: ShutdownTarget;
}

export interface ShutdownTarget {
  on(event: string, listener: (argument: unknown) => void): unknown;
  exit(code: number): void;
}

/**
 * One ctrl-C reaches a process several times: from the terminal, which signals the whole group, and from each parent that
 * forwards it (npm does). Signals this close together are one.
 */
const SAME_SIGNAL_MS = 500;

/** Every loop of the process waits on the one signal, a dozen in the monitor; Node suspects a leak beyond ten. */
const MAX_WAITING_ON_SIGNAL = 64;

interface Closer {
  readonly name: string;
  readonly close: () => void | Promise<void>;
}

export function installShutdown({ logger, clock, timeoutMs, target = process }: ShutdownOptions): Shutdown {
  const closers: Closer[] = [];
  const closing = new AbortController();
  setMaxListeners(MAX_WAITING_ON_SIGNAL, closing.signal);
  let ending: Promise<void> | undefined;
  let firstSignalAt: number | undefined;

  const end = async (reason: string): Promise<void> => {
    logger.info('Shutting down', { reason });
    closing.abort(new Error(`Shutting down: ${reason}`));
    target.exit((await closeAll(closers, { logger, clock, timeoutMs })) ? 0 : 1);
  };
  const close = (reason: string): Promise<void> => (ending ??= end(reason));

  for (const signal of ['SIGTERM', 'SIGINT']) {
    target.on(signal, () => {
      if (firstSignalAt === undefined) {
        firstSignalAt = clock.now();
        void close(signal);
      } else if (clock.now() - firstSignalAt >= SAME_SIGNAL_MS) {
        logger.warn('Exiting at once on a second signal', { reason: signal });
        target.exit(1);
      }
    });
  }
  for (const event of ['unhandledRejection', 'uncaughtException']) {
    target.on(event, (error) => {
      logger.error('Exiting at once on an error that nobody caught', { reason: event, error });
      target.exit(1);
    });
  }

  return {
    signal: closing.signal,
    close,
    onClose: (name, closeIt) => {
      if (closing.signal.aborted) throw new Error(`Cannot register ${name} to be closed: closing has already begun`);
      closers.push({ name, close: closeIt });
    },
  };
}

/** Resolves to whether everything was closed, in time and without an error. */
async function closeAll(
  closers: readonly Closer[],
  { logger, clock, timeoutMs }: Pick<ShutdownOptions, 'logger' | 'clock' | 'timeoutMs'>,
): Promise<boolean> {
  const open = closers.toReversed();
  let failures = 0;
  const timer = new AbortController();

  const closing = (async () => {
    for (let closer = open[0]; closer !== undefined; closer = open[0]) {
      try {
        await closer.close();
      } catch (error) {
        // The others still have to be closed; the exit code tells.
        failures += 1;
        logger.error('Could not close a part of the process', { part: closer.name, error });
      }
      open.shift();
    }
    return 'closed' as const;
  })();
  const timeout = clock.sleep(timeoutMs, timer.signal).then(
    () => 'timed out' as const,
    () => 'closed' as const,
  );

  const result = await Promise.race([closing, timeout]);
  timer.abort();
  if (result === 'timed out') {
    logger.error('Did not close in time', { timeoutMs, open: open.map(({ name }) => name) });
    return false;
  }
  return failures === 0;
}
