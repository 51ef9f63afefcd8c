import { spawnSync } from 'node:child_process';
import type { TestContext } from 'vitest';

/** Skips the test where a program is missing, with the reason, and fails it in CI, where everything has to be there. */
export function needProgram(context: TestContext, program: string): void {
  const isMissing = spawnSync(program, ['--version']).error !== undefined;
  if (isMissing && process.env['CI'] === 'true')
    throw new Error(`${program} is not installed, and CI must not go without`);
  context.skip(isMissing, `${program} is not installed`);
}
