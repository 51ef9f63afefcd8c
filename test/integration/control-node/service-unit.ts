import { readFile } from 'node:fs/promises';
import { parseEnvironmentFile } from './environment-file.ts';

/** What systemd makes of a service unit: of it what a process can tell. */
export interface ServiceUnit {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutStopMs: number;
}

/**
 * Reads a unit of a host whose files lie below `root`, and the environment file that it names.
 * @throws Error when it says something in a way that is not understood here.
 */
export async function readServiceUnit(root: string, name: string): Promise<ServiceUnit> {
  const text = await readFile(`${root}/etc/systemd/system/${name}.service`, 'utf8');
  const [program = '', ...args] = wordsOf(only(text, 'ExecStart'));
  const timeout = only(text, 'TimeoutStopSec');
  if (!/^\d+$/.test(timeout)) throw new Error(`TimeoutStopSec=${timeout} of ${name}: expected whole seconds`);
  const assignments = settingsOf(text, 'Environment').flatMap(wordsOf);
  const environmentFile = await readFile(`${root}${only(text, 'EnvironmentFile')}`, 'utf8');
  return {
    program,
    arguments: args,
    // What the file says comes before what the unit says itself, wherever in the unit it stands.
    environment: { ...parseEnvironmentFile(assignments.join('\n')), ...parseEnvironmentFile(environmentFile) },
    timeoutStopMs: Number(timeout) * 1000,
  };
}

function only(text: string, key: string): string {
  const [value, ...others] = settingsOf(text, key);
  if (value === undefined || others.length > 0) throw new Error(`${others.length + 1} lines or none of ${key}=`);
  return value;
}

function settingsOf(text: string, key: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.startsWith(`${key}=`));
  return lines.map((line) => line.slice(key.length + 1).trim());
}

function wordsOf(value: string): readonly string[] {
  // Quotes, escapes, variables, specifiers and the prefixes of a command: none is needed so far.
  if (/["'\\$%]|^[-@:+!|]/.test(value))
    throw new Error(`${value} has a character with a meaning of its own to systemd`);
  return value.split(/\s+/);
}
