import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'stateful-serverless-tests-';

/**
 * What a run leaves in the system's folder for temporary files (each synthesis leaves its assembly there) goes into a folder
 * of its own, which ends with the run. vitest calls this once for the run and once for each ring: the first one counts.
 */
export function setup(): (() => void) | undefined {
  if (tmpdir().includes(PREFIX)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  process.env['TMPDIR'] = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true });
  };
}
