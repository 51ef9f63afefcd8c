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

export const USAGE = `Usage: npm run simulate -- [--schedules N] [--seed S] [--without TROUBLE]… [--broken PROTOCOL]

Runs N schedules (${DEFAULT_SCHEDULES} if it is not said) from the seeds S, S+1, … and checks the invariants of docs/design.md
after each. The seed is random and printed if it is not given; the environment variable SEED gives it too. One schedule
alone is told call by call. A schedule that fails is told, with the fewest troubles that it needs. With --broken the protocol
is one that must not be, and fails sooner or later.

Troubles: ${TROUBLES.join(', ')}
Broken protocols: ${Object.keys(BROKEN_PROTOCOLS).join(', ')}
`;

/** @throws UsageError */
export function parseSimulateOptions(args: readonly string[], defaultSeed: string | number): SimulateOptions {
  const values = readArguments(args);
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
      `--without ${JSON.stringify(text)}: there is no such trouble; there are ${TROUBLES.join(', ')}`,
    );
  return trouble;
}

function protocolNamed(text: string): string {
  if (Object.hasOwn(BROKEN_PROTOCOLS, text)) return text;
  const known = Object.keys(BROKEN_PROTOCOLS).join(', ');
  throw new UsageError(`--broken ${JSON.stringify(text)}: there is no such protocol; there are ${known}`);
}

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}`);
  return value;
}
