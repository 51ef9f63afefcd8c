import { parseArgs } from 'node:util';

export interface LoadOptions {
  readonly orders: number;
  /** Orders under way at once. */
  readonly concurrency: number;
  /** Share of the orders that are made to fail, 0 to 1. */
  readonly failing: number;
  readonly seed: number;
}

export type DemoOptions =
  | { readonly mode: 'help' }
  | { readonly mode: 'scenarios'; readonly json: boolean; readonly only: readonly string[] }
  | { readonly mode: 'load'; readonly json: boolean; readonly load: LoadOptions };

/** What is wrong with the command line; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MOST_ORDERS = 100_000;
/** A worker of the load waits most of the time; more than this only measures the machine it runs on. */
const MOST_CONCURRENCY = 256;
const MOST_SEED = 2 ** 32 - 1;
const DEFAULT_CONCURRENCY = 16;
const DEFAULT_FAILING = 0.2;

/**
 * @param scenarioNames in kebab-case; `--only` takes them with spaces too
 * @param randomSeed the seed when none is given; it is printed, so that the run can be repeated
 * @throws UsageError
 */
export function parseOptions(
  args: readonly string[],
  scenarioNames: readonly string[],
  randomSeed: number,
): DemoOptions {
  const values = readArguments(args);
  if (values.help === true) return { mode: 'help' };
  const json = values.json === true;
  const only = (values.only ?? []).map((name) => scenarioNamed(name, scenarioNames));
  if (values.orders === undefined) {
    for (const name of ['concurrency', 'failing', 'seed'] as const) {
      if (values[name] !== undefined) throw new UsageError(`--${name} belongs to a load: give --orders N as well`);
    }
    return { mode: 'scenarios', json, only };
  }
  if (only.length > 0) throw new UsageError('--only picks scenarios and --orders runs a load: give one of them');
  const load = {
    orders: wholeNumber('orders', values.orders, 1, MOST_ORDERS),
    concurrency: wholeNumber('concurrency', values.concurrency ?? String(DEFAULT_CONCURRENCY), 1, MOST_CONCURRENCY),
    failing: share('failing', values.failing ?? String(DEFAULT_FAILING)),
    seed: values.seed === undefined ? randomSeed : wholeNumber('seed', values.seed, 0, MOST_SEED),
  };
  return { mode: 'load', json, load };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string', multiple: true },
        orders: { type: 'string' },
        concurrency: { type: 'string' },
        failing: { type: 'string' },
        seed: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function scenarioNamed(text: string, names: readonly string[]): string {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  if (!names.includes(name))
    throw new UsageError(`--only ${JSON.stringify(text)}: there is no such scenario; there are ${names.join(', ')}`);
  return name;
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}`);
  return value;
}

function share(name: string, text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}: expected a share from 0 to 1, such as 0.2`);
  return value;
}

export function usageText(scenarioNames: readonly string[]): string {
  return `Usage: npm run demo -- [options]

Runs the booking on this machine, breaks it from outside and shows how it is put right.

  --json             one JSON document on standard output, everything else on standard error
  --only NAME        this scenario only; may be given several times
  --orders N         instead of the scenarios a load of N orders (1 to ${MOST_ORDERS})
  --concurrency C    orders under way at once, with --orders (1 to ${MOST_CONCURRENCY}, ${DEFAULT_CONCURRENCY} if absent)
  --failing P        share of the orders that are made to fail, with --orders (0 to 1, ${DEFAULT_FAILING} if absent)
  --seed S           what decides which orders fail, with --orders (0 to ${MOST_SEED}, random if absent)
  --help             this text

Scenarios: ${scenarioNames.join(', ')}

Exit code: 0 when everything was as expected, 1 when something was not, 2 when the options are wrong.
`;
}
