/** What somebody has to put right before a process can work. Each problem is one line that names it. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('; '), options);
    this.problems = problems;
  }
}

/** `EX_CONFIG` of sysexits.h: something was found in an unconfigured or misconfigured state. */
const CONFIGURATION_EXIT_CODE = 78;

/** How a process ends that cannot start: one line for standard error, and the exit code. */
export function describeStartFailure(
  name: string,
  error: unknown,
): { readonly line: string; readonly exitCode: number } {
  const why = error instanceof Error ? error.message : String(error);
  return {
    // Nobody reads a stack to learn that a variable is missing or a port is taken.
    line: `${name}: cannot start: ${why.replace(/\s*\n\s*/g, '; ')}\n`,
    exitCode: error instanceof ConfigurationError ? CONFIGURATION_EXIT_CODE : 1,
  };
}
