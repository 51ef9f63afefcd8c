import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AwsAccess } from './aws-access.ts';

/** Where the AWS of a state folder was reached when it last started, for commands that come later. */
export interface AwsNote {
  readonly access: AwsAccess;
  readonly stackName: string;
}

const FILE = 'aws.json';

export function noteAws(stateFolder: string, note: AwsNote): void {
  // It opens nothing but the AWS on this machine's loopback, and still is nobody else's business.
  writeFileSync(join(stateFolder, FILE), JSON.stringify(note, undefined, 2), { mode: 0o600 });
}

/** `undefined` when none has started there yet. */
export function readAwsNote(stateFolder: string): AwsNote | undefined {
  try {
    return JSON.parse(readFileSync(join(stateFolder, FILE), 'utf8')) as AwsNote;
  } catch {
    // None, or one that a crash cut short: the next start writes it.
    return undefined;
  }
}
