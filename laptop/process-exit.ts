import type { ProcessExit } from './system-options.ts';

/** One line for whoever watches the terminal. */
export function describeExit({ name, code, signal, logFile, restartInMs }: ProcessExit): string {
  const end = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
  const next = restartInMs === undefined ? 'nothing works without it' : `starting it again in ${restartInMs} ms`;
  return `${name} ${end}; ${next}. Its log: ${logFile}`;
}
