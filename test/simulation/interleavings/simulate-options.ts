import { parseArgs } from 'node:util';
import { BROKEN_PROTOCOLS } from './broken-protocols.ts';
import { TROUBLES, type Trouble } from './circumstances.ts';

export interface SimulateOptions {
  readonly schedules: number;
  /** Of the first schedule; those after it count up. */
  readonly seed: number;
  readonly without: readonly Trouble[];
  /** The name of a protocol that must not be, to see how it fails. */
  readonly broken: string | undefined;
}

/** What is wrong with the command line; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const MOST_SCHEDULES = 100_000_000;
const MOST_SEED = 2 ** 32 - 1;
const DEFAULT_SCHEDULES = 10_000;

/** @param defaultSeed the seed when none is given. @throws UsageError */
export function parseSimulateOptions(args: readonly string[], defaultSeed: string | number): SimulateOptions | 'help' {
  const values = readArguments(args);
  if (values.help === true) return 'help';
  return {
    schedules: wholeNumber('schedules', values.schedules ?? String(DEFAULT_SCHEDULES), 1, MOST_SCHEDULES),
    seed: wholeNumber('seed', values.seed ?? String(defaultSeed), 0, MOST_SEED),
    without: (values.without ?? []).map(troubleNamed),
    broken: values.broken === undefined ? undefined : protocolNamed(values.broken),
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        schedules: { type: 'string' },
        seed: { type: 'string' },
        without: { type: 'string', multiple: true },
        broken: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function troubleNamed(text: string): Trouble {
  const trouble = TROUBLES.find((known) => known === text);
  if (trouble === undefined)
    throw new UsageError(
      `--without is ${JSON.stringify(text)}: there is no such trouble; there are ${TROUBLES.join(', ')}`,
    );
  return trouble;
}

function protocolNamed(text: string): string {
  if (Object.hasOwn(BROKEN_PROTOCOLS, text)) return text;
  const known = Object.keys(BROKEN_PROTOCOLS).join(', ');
  throw new UsageError(`--broken is ${JSON.stringify(text)}: there is no such protocol; there are ${known}`);
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}`);
  return value;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `  ${name}`).join('\n');
}

export const USAGE = `Usage: npm run simulate -- [options]

Runs orders in a simulated system in which everything goes wrong that a seed decides, and checks the invariants of
docs/design.md after each schedule. A schedule alone is told call by call on standard output; of many, the first that fails
is told, with the fewest troubles that it needs and the command that repeats it.

  --schedules N        how many (1 to ${MOST_SCHEDULES}, ${DEFAULT_SCHEDULES} if absent)
  --seed S             of the first schedule (0 to ${MOST_SEED}); each further one has the next number. If absent it is that of
                       the environment variable SEED, or random
  --without TROUBLE    spares the schedules a trouble; may be given again
  --broken PROTOCOL    runs a protocol that must not be, which fails sooner or later
  --help               this text

Exit code: 0 when every promise was kept, 1 when one was broken, 2 when the options are wrong.

Troubles:
${listed(TROUBLES)}
Broken protocols:
${listed(Object.keys(BROKEN_PROTOCOLS))}
`;
