import { parseArgs } from 'node:util';
import { UsageError } from '../options.ts';

export type PeersOptions =
  | { readonly mode: 'help' }
  | {
      readonly mode: 'measure';
      /** Of all that there are, when empty. */
      readonly only: readonly string[];
      readonly rounds: number;
      /** Of a round's largest load. */
      readonly orders: number;
      readonly json: boolean;
      /** Whether the numbers are kept in `bench/results/`. */
      readonly isSaved: boolean;
    };

const ROUNDS = { least: 1, most: 20, default: 3 };
/** Fewer than 100 have no 99th percentile. */
const ORDERS = { least: 100, most: 100_000, default: 1_000 };

/** @throws UsageError */
export function parsePeersOptions(args: readonly string[], names: readonly string[]): PeersOptions {
  const { help, only = [], rounds, orders, json = false, save = false } = readArguments(args);
  if (help === true) return { mode: 'help' };
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no ${JSON.stringify(unknown)} to measure: expected one of ${names.join(', ')}`);
  return {
    mode: 'measure',
    only,
    rounds: readCount('--rounds', rounds, ROUNDS),
    orders: readCount('--orders', orders, ORDERS),
    json,
    isSaved: save,
  };
}

function readArguments(args: readonly string[]) {
  const options = {
    help: { type: 'boolean', short: 'h' },
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    orders: { type: 'string' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readCount(name: string, text: string | undefined, range: typeof ROUNDS): number {
  if (text === undefined) return range.default;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= range.least && value <= range.most) return value;
  throw new UsageError(
    `${name} is ${JSON.stringify(text)}: expected a whole number from ${range.least} to ${range.most}`,
  );
}

export function peersUsage(contestants: readonly { readonly name: string; readonly what: string }[]): string {
  return `Usage: npm run bench:peers -- [options]

Measures other engines with the same booking, in turn, on this machine. Installs them into bench/peers/ when they are
not there yet; bench/peers/README.md says what they are and under which licences.

${contestants.map(({ name, what }) => `  ${name.padEnd(15)} ${what}`).join('\n')}

  --only NAME   one of them; repeat it for more
  --rounds N    of each, in turn (${ROUNDS.least} to ${ROUNDS.most}, ${ROUNDS.default} if absent); each round begins with an empty store
  --orders N    of a round at concurrency 32 (${ORDERS.least} to ${ORDERS.most}, ${ORDERS.default} if absent); its other loads are shares of it
  --json        one JSON document on standard output
  --save        keep the numbers in bench/results/ and, of everybody, the tables in bench/peers/README.md
  --help        this text

Exit code: 0 when everything was measured, 1 otherwise, 2 when the options are wrong, 130 when interrupted.
`;
}
