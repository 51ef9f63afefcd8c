import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const RESULTS_FOLDER = fileURLToPath(new URL('results/', import.meta.url));
const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));
/** What a run writes when it is saved, and other texts: no change of what is measured. */
const NOT_MEASURED = [':(exclude,glob)**/*.md', ':(exclude)bench/results'];

/** What is measured and on what, as it is before the first measurement: a run takes long, and changes the load itself. */
export interface RunBeginning {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** `unknown` of a copy of the files without their history. */
  readonly commit: string;
  /** Whether files that are measured differed from the commit. */
  readonly isChanged: boolean;
  readonly machine: {
    readonly cpus: number;
    readonly model: string;
    readonly memoryGiB: number;
    readonly node: string;
    /** How many processes wanted a processor in the minute before: those of others. */
    readonly loadAverage: number;
  };
}

export interface RunDocument extends RunBeginning {
  /** By benchmark. */
  readonly results: Readonly<Record<string, unknown>>;
}

/** To be asked before anything is measured. `projectFolder`: another one in tests. */
export function beginRun(projectFolder = PROJECT_FOLDER): RunBeginning {
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    ...readCommit(projectFolder),
    machine: {
      cpus: cpus().length,
      model: cpu?.model.trim() ?? 'unknown',
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version,
      loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    },
  };
}

function readCommit(cwd: string): Pick<RunBeginning, 'commit' | 'isChanged'> {
  const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore'];
  const git = (...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', stdio }).trim();
  try {
    const changes = git('status', '--porcelain', '--', '.', ...NOT_MEASURED);
    return { commit: git('rev-parse', '--short', 'HEAD'), isChanged: changes !== '' };
  } catch {
    // A copy of the files without their history is measured as well.
    return { commit: 'unknown', isChanged: false };
  }
}

/** One line, for whoever reads the tables. */
export function describeRun({ date, commit, isChanged, machine }: RunBeginning): string {
  const { cpus, model, memoryGiB, node, loadAverage } = machine;
  const when = date.slice(0, 16).replace('T', ' ');
  const what = isChanged ? `${commit} with changes` : commit;
  return `${when} UTC, commit ${what}; ${cpus} cores (${model}), ${memoryGiB} GiB, Node ${node}, load average ${loadAverage.toFixed(1)} when it began`;
}

/** @returns the file. */
export function saveRun(document: RunDocument): string {
  const names = Object.keys(document.results).join('-');
  const file = `${RESULTS_FOLDER}${document.date.slice(0, 19).replaceAll(':', '')}Z-${names}.json`;
  mkdirSync(RESULTS_FOLDER, { recursive: true });
  writeFileSync(file, `${JSON.stringify(document, undefined, 2)}\n`);
  return file;
}
