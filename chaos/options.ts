import { parseArgs } from 'node:util';

export type ChaosOptions = { readonly mode: 'help' } | RoundsOptions | ResumeOptions;

export interface RoundsOptions {
  readonly mode: 'rounds';
  readonly rounds: number;
  /** Of each round. */
  readonly orders: number;
  /** Of the first round; each further one has the next number. */
  readonly seed: number;
}

export interface ResumeOptions {
  readonly mode: 'resume';
  /** Unfinished ones. */
  readonly executions: number;
}

/** What is wrong with the command line; the message is for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The books of all rounds are read after each of them: beyond this, start anew. */
const MOST_ROUNDS = 1_000;
/** Within ten seconds, on one machine. */
const MOST_ORDERS = 2_000;
const MOST_EXECUTIONS = 100_000;
const MOST_SEED = 2 ** 32 - 1 - MOST_ROUNDS;
const DEFAULT_ROUNDS = 3;
const DEFAULT_ORDERS = 60;

/** @param randomSeed the seed when none is given. @throws UsageError */
export function parseOptions(args: readonly string[], randomSeed: number): ChaosOptions {
  const values = readArguments(args);
  if (values.help === true) return { mode: 'help' };
  if (values.resume !== undefined) {
    for (const name of ['rounds', 'orders', 'seed'] as const)
      if (values[name] !== undefined) throw new UsageError(`--${name} belongs to rounds, and --resume runs none`);
    const limits = { min: 1, max: MOST_EXECUTIONS };
    return { mode: 'resume', executions: wholeNumber('resume', values.resume, limits) ?? MOST_EXECUTIONS };
  }
  return {
    mode: 'rounds',
    rounds: wholeNumber('rounds', values.rounds, { min: 1, max: MOST_ROUNDS }) ?? DEFAULT_ROUNDS,
    orders: wholeNumber('orders', values.orders, { min: 1, max: MOST_ORDERS }) ?? DEFAULT_ORDERS,
    seed: wholeNumber('seed', values.seed, { min: 0, max: MOST_SEED }) ?? randomSeed % MOST_SEED,
  };
}

function readArguments(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const help = { type: 'boolean', short: 'h' } as const;
  const options = { help, rounds: text, orders: text, seed: text, resume: text } as const;
  try {
    return parseArgs({ args: [...args], strict: true, allowPositionals: false, options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function wholeNumber(
  name: string,
  text: string | undefined,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw new UsageError(`--${name} is ${JSON.stringify(text)}: expected a whole number from ${min} to ${max}`);
  return value;
}

export const USAGE = `Usage: npm run chaos -- [options]

Runs the booking on this machine, with real processes and an AWS on loopback that behaves badly, and kills them with -9
while orders come and functions fail: coordinator, monitor, a second monitor beside it, functions, and AWS itself. After
ten seconds everything is left alone. Then every order must have ended, and the books must balance.

  --rounds N   how many times (1 to ${MOST_ROUNDS}, ${DEFAULT_ROUNDS} if absent); all of them on the same data
  --orders N   orders in each round (1 to ${MOST_ORDERS}, ${DEFAULT_ORDERS} if absent)
  --seed S     of the first round (0 to ${MOST_SEED}, random if absent); each further round has the next number
  --resume N   instead of rounds: N orders (1 to ${MOST_EXECUTIONS}) lose their events while no monitor runs, then everything
               is started again; reports how long all of them took, and the monitor's memory and calls at their most
  --help       this text

A seed decides who orders what and when, which orders fail and how, and what is killed when. It does not decide how far each
process has come by then, nor the ids of the orders: a round of the same seed is as rough, and not the same to the letter.

Exit code: 0 when nothing was violated, 1 when something was (everything is kept then), 2 when the options are wrong or it
could not begin, 130 when it was interrupted.
`;
