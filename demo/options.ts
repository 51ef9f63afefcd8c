import { parseArgs } from 'node:util';

export interface LoadOptions {
  readonly orders: number;
  /** Orders under way at once. */
  readonly concurrency: number;
  /** Share of the orders that are made to fail, 0 to 1. */
  readonly failing: number;
  readonly seed: number;
}

/** A stack that is deployed already. */
export interface StackOptions {
  readonly stackName: string;
  /** Of its API, without a slash at its end. */
  readonly url: string;
}

export type DemoOptions = { readonly mode: 'help' } | RunnableOptions;

/** Without a stack it starts its own on this machine. */
export type RunnableOptions = { readonly json: boolean; readonly stack: StackOptions | undefined } & (
  | { readonly mode: 'scenarios'; readonly only: readonly string[] }
  | { readonly mode: 'load'; readonly load: LoadOptions }
);

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
/** Where the port forward to a deployed coordinator ends. */
const DEFAULT_URL = 'http://127.0.0.1:8080';

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
  const stack = stackNamed(values.stack, values.url);
  const only = (values.only ?? []).map((name) => scenarioNamed(name, scenarioNames));
  if (values.orders === undefined) {
    for (const name of ['concurrency', 'failing', 'seed'] as const) {
      if (values[name] !== undefined) throw new UsageError(`--${name} belongs to a load: give --orders N as well`);
    }
    return { mode: 'scenarios', json, stack, only };
  }
  if (only.length > 0) throw new UsageError('--only picks scenarios and --orders runs a load: give one of them');
  const load = {
    orders: wholeNumber('orders', values.orders, 1, MOST_ORDERS),
    concurrency: wholeNumber('concurrency', values.concurrency ?? String(DEFAULT_CONCURRENCY), 1, MOST_CONCURRENCY),
    failing: share('failing', values.failing ?? String(DEFAULT_FAILING)),
    seed: values.seed === undefined ? randomSeed : wholeNumber('seed', values.seed, 0, MOST_SEED),
  };
  return { mode: 'load', json, stack, load };
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
        stack: { type: 'string' },
        url: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function stackNamed(stackName: string | undefined, url: string | undefined): StackOptions | undefined {
  if (stackName === undefined) {
    if (url !== undefined) throw new UsageError('--url belongs to a deployed stack: give --stack NAME as well');
    return undefined;
  }
  // CloudFormation's rule; without a look at it an empty name would be any stack's.
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName))
    throw new UsageError(
      `--stack is ${JSON.stringify(stackName)}: expected the name of a stack, as \`npx cdk list\` says it`,
    );
  return { stackName, url: address(url ?? DEFAULT_URL) };
}

function address(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '')
    throw new UsageError(`--url is ${JSON.stringify(text)}: expected an address such as ${DEFAULT_URL}`);
  return url.href.replace(/\/+$/, '');
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

Runs the booking on this machine, breaks it from outside and shows how it is put right. With --stack it does the same to a
stack that is deployed in AWS, with the credentials and the region that the AWS CLI would use. A stack of stage prod is not
touched; every fault is taken out again and every item that was put up for sale is taken away, by the next run where this
one is killed. Two runs at once on one stack are refused. Nobody else should order meanwhile.

  --json             one JSON document on standard output, everything else on standard error
  --only NAME        this scenario only; may be given several times
  --orders N         instead of the scenarios a load of N orders (1 to ${MOST_ORDERS})
  --concurrency C    orders under way at once, with --orders (1 to ${MOST_CONCURRENCY}, ${DEFAULT_CONCURRENCY} if absent)
  --failing P        share of the orders that are made to fail, with --orders (0 to 1, ${DEFAULT_FAILING} if absent)
  --seed S           what decides which orders fail, with --orders (0 to ${MOST_SEED}, random if absent)
  --stack NAME       this deployed stack, instead of one on this machine; all scenarios may take an hour
  --url URL          where its API is reached, with --stack (${DEFAULT_URL} if absent, the end of the port forward)
  --help             this text

Scenarios: ${scenarioNames.join(', ')}

Exit code: 0 when everything was as expected, 1 when something was not, 2 when it could not begin (wrong options, no
credentials, no such stack, no API) and nothing was broken, 130 when it was interrupted.
`;
}
