import type { ProcessExit } from './system-options.ts';

/** One line for whoever watches the terminal. */
export function describeExit({ name, code, signal, logFile, restartInMs }: ProcessExit): string {
  const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  return `${name} ${end}; starting it again in ${restartInMs} ms. Its log: ${logFile}`;
}
