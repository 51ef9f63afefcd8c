import { parseArgs } from 'node:util';
import { readDurationMs, readInstant } from './instant.ts';
import { UsageError } from './usage-error.ts';

export interface AuditOptions {
  /** Milliseconds since the epoch; orders taken from then on, and before `to`. */
  readonly from: number;
  readonly to: number;
  readonly apply: boolean;
  /** How long an execution is followed after a repair, until it has ended. */
  readonly waitMs: number;
  readonly slots: boolean;
  readonly json: boolean;
}

const DEFAULT_FROM = '-24h';
const DEFAULT_WAIT = '5m';
const MAX_WAIT_MS = 3_600_000;

/** @throws UsageError */
export function parseOptions(args: readonly string[], now: number): AuditOptions | 'help' {
  const values = readArguments(args);
  if (values.help === true) return 'help';
  const from = readInstant('from', values.from ?? DEFAULT_FROM, now);
  const to = values.to === undefined ? now : readInstant('to', values.to, now);
  if (from >= to)
    throw new UsageError(
      `--from ${new Date(from).toISOString()} is not before --to ${new Date(to).toISOString()}: nothing lies between them`,
    );
  if (values.wait !== undefined && values.apply !== true)
    throw new UsageError('--wait says how long a repair is followed: give --apply as well');
  return {
    from,
    to,
    apply: values.apply === true,
    waitMs: readDurationMs('wait', values.wait ?? DEFAULT_WAIT, MAX_WAIT_MS),
    slots: values.slots === true,
    json: values.json === true,
  };
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: joinAgo(args),
      strict: true,
      allowPositionals: false,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        apply: { type: 'boolean' },
        wait: { type: 'string' },
        slots: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** `--from -2h` as `--from=-2h`: to the parser a value that begins with a dash is the next option. */
function joinAgo(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1);
    if ((before === '--from' || before === '--to') && /^-\d/.test(arg)) joined[joined.length - 1] = `${before}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

export const USAGE = `Usage: npm run audit -- [options]

Compares the orders of a time range with what is written of them, and prints every execution that is half done: what is known
of it, and what the monitor would do. It changes nothing without --apply, and is safe beside a running monitor.

  --from INSTANT   orders taken from then on: 2026-11-28T09:30:00Z, 2026-11-28, or how long ago: -90s, -30m, -2h, -7d
                   (${DEFAULT_FROM} if absent)
  --to INSTANT     and before then (now if absent; -5m leaves out what has just begun)
  --apply          makes these repairs, follows each execution until it has ended, and says what became of it
  --wait DURATION  follows an execution for at most so long, with --apply: 0s to ${MAX_WAIT_MS / 60_000}m (${DEFAULT_WAIT} if absent)
  --slots          also reads what ended executions left in stock and payments, and prints those that contradict their end;
                   about three reads for each order
  --json           one JSON document on standard output, everything else on standard error
  --help           this text

From this project (not on the control node) it finds the system of npm start by itself, running or stopped, and takes
  --stack NAME     a stack that is deployed, with the credentials and the region that the AWS CLI would use

Exit code: 0 when nothing is half done (or left so, with --apply), 1 when something is, 2 when it could not begin or not go on,
130 when it was interrupted.
`;
