import { parseArgs } from 'node:util';

export type BenchOptions =
  | { readonly mode: 'help' }
  /** Holds what can be counted against what is committed; `isUpdate` commits to what is counted now. */
  | { readonly mode: 'smoke'; readonly isUpdate: boolean }
  | {
      readonly mode: 'benchmarks';
      /** Of all that there are, when empty. */
      readonly only: readonly string[];
      readonly executions: number;
      readonly json: boolean;
      /** Whether the numbers are kept in `bench/results/`. */
      readonly isSaved: boolean;
    };

/** What is wrong with the command line; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MOST_EXECUTIONS = 1_000_000;
export const DEFAULT_EXECUTIONS = 10_000;

/** @throws UsageError */
export function parseOptions(args: readonly string[], names: readonly string[]): BenchOptions {
  const values = readArguments(args);
  if (values.help === true) return { mode: 'help' };
  const { only = [], json = false, smoke = false, update = false, save = false, executions } = values;
  if (smoke) {
    const other = only.length > 0 ? '--only' : json ? '--json' : save ? '--save' : executions && '--executions';
    if (other) throw new UsageError(`--smoke counts always the same: ${other} does not go with it`);
    return { mode: 'smoke', isUpdate: update };
  }
  if (update) throw new UsageError('--update rewrites what --smoke expects: give both');
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no benchmark ${JSON.stringify(unknown)}: expected one of ${names.join(', ')}`);
  return { mode: 'benchmarks', only, executions: readExecutions(executions), json, isSaved: save };
}

function readArguments(args: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const options = {
    help: { type: 'boolean', short: 'h' },
    only: { type: 'string', multiple: true },
    executions: { type: 'string' },
    json: flag,
    save: flag,
    smoke: flag,
    update: flag,
  } as const;
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readExecutions(text: string | undefined): number {
  if (text === undefined) return DEFAULT_EXECUTIONS;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 1 && value <= MOST_EXECUTIONS))
    throw new UsageError(
      `--executions is ${JSON.stringify(text)}: expected a whole number from 1 to ${MOST_EXECUTIONS}`,
    );
  return value;
}

export function usage(benchmarks: readonly { readonly name: string; readonly what: string }[]): string {
  return `Usage: npm run bench -- [options]

Measures on this machine, without an account.

${benchmarks.map(({ name, what }) => `  ${name.padEnd(12)} ${what}`).join('\n')}

  --only NAME       one benchmark; repeat it for more
  --executions N    in the largest store (1 to ${MOST_EXECUTIONS}, ${DEFAULT_EXECUTIONS} if absent); 100000 take some minutes to make
  --json            one JSON document on standard output
  --save            keep the numbers in bench/results/
  --smoke           count what an order costs, and fail when a count has grown; never looks at times
  --smoke --update  commit to what is counted now: rewrites bench/expected-counts.json
  --help            this text

Exit code: 0 when everything was measured and no count grew, 1 otherwise, 2 when the options are wrong, 130 when interrupted.
`;
}
