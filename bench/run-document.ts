import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const RESULTS_FOLDER = fileURLToPath(new URL('results/', import.meta.url));
const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** What was measured, and on what. */
export interface RunDocument {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly commit: string;
  readonly machine: {
    readonly cpus: number;
    readonly model: string;
    readonly memoryGiB: number;
    readonly node: string;
    /** How many processes wanted a processor in the run's last minute, those of others included. */
    readonly loadAverage: number;
  };
  /** By benchmark. */
  readonly results: Readonly<Record<string, unknown>>;
}

export function documentRun(results: RunDocument['results']): RunDocument {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    machine: {
      cpus: cpus().length,
      model: cpu?.model.trim() ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    },
    results,
  };
}

/** Marked when files differ from it. */
function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: PROJECT_FOLDER, encoding: 'utf8' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ', changed');
  } catch {
    // A copy of the files without their history is measured as well.
    return 'unknown';
  }
}

/** @returns the file. */
export function saveRun(document: RunDocument): string {
  const names = Object.keys(document.results).join('-');
  const file = `${RESULTS_FOLDER}${document.date.slice(0, 19).replaceAll(':', '')}Z-${names}.json`;
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
  return file;
}
