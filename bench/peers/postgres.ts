import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../../laptop/free-port.ts';
import { Program } from './program.ts';

/** Where Debian puts each version's programs, which it keeps off the PATH. */
const DEBIAN_FOLDER = '/usr/lib/postgresql';
const SUPERUSER = 'bench';

export interface InstalledPostgres {
  /** The folder of its programs. */
  readonly programs: string;
  /** It refuses to run as root; then whose process it is. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Why there is none to run, when it is a text. */
export function findPostgres(path: string): InstalledPostgres | string {
  const programs = postgresFolders(path).find(
    (folder) => hasProgram(folder, 'initdb') && hasProgram(folder, 'postgres'),
  );
  if (programs === undefined) return `PostgreSQL is not installed: no initdb on the PATH or in ${DEBIAN_FOLDER}`;
  if (process.getuid?.() !== 0) return { programs };
  try {
    return { programs, user: { uid: idOf('-u'), gid: idOf('-g') } };
  } catch {
    return 'PostgreSQL refuses to run as root, and there is no user postgres to run it as';
  }
}

function postgresFolders(path: string): readonly string[] {
  return [...path.split(delimiter).filter((folder) => folder !== ''), ...debianFolders()];
}

/** The newest version first. */
function debianFolders(): readonly string[] {
  try {
    const versions = readdirSync(DEBIAN_FOLDER).toSorted((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(DEBIAN_FOLDER, version, 'bin'));
  } catch {
    // Not a Debian, or nothing of PostgreSQL on it.
    return [];
  }
}

function hasProgram(folder: string, name: string): boolean {
  try {
    accessSync(join(folder, name), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function idOf(option: '-u' | '-g'): number {
  return Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

/** A server with an empty cluster and PostgreSQL's own defaults, which sync each commit before they answer. */
export class PostgresServer {
  readonly #program: Program;
  readonly #folder: string;
  readonly #url: string;

  private constructor(program: Program, folder: string, url: string) {
    this.#program = program;
    this.#folder = folder;
    this.#url = url;
  }

  static async start({ programs, user }: InstalledPostgres, signal: AbortSignal): Promise<PostgresServer> {
    // Not in the round's folder, which another user must not look into.
    const folder = mkdtempSync(join(tmpdir(), 'stateful-serverless-postgres-'));
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const remove = () => rm(folder, { recursive: true, force: true });
    try {
      const password = randomBytes(16).toString('hex');
      const cluster = createCluster({ programs, user }, folder, password);
      const port = await freePort(0);
      const program = await Program.start({
        name: 'postgres',
        file: join(programs, 'postgres'),
        args: [
          '-D',
          cluster,
          '-c',
          'listen_addresses=127.0.0.1',
          '-c',
          `port=${port}`,
          '-c',
          'unix_socket_directories=',
        ],
        environment: {},
        workingFolder: folder,
        logFile: join(folder, 'postgres.log'),
        // Ends sessions; SIGTERM would wait for them.
        stopSignal: 'SIGINT',
        ...(user && { user }),
      });
      const server = new PostgresServer(program, folder, `postgresql://${SUPERUSER}:${password}@127.0.0.1:${port}`);
      try {
        await program.untilReady(async () => isReady(cluster), signal);
        return server;
      } catch (error) {
        await program.stop();
        throw error;
      }
    } catch (error) {
      await remove();
      throw error;
    }
  }

  urlOf(database: string): string {
    return `${this.#url}/${database}`;
  }

  /** The server and its sessions. */
  pids(): readonly number[] {
    return [this.#program.pid, ...childrenOf(this.#program.pid)];
  }

  async stop(): Promise<void> {
    await this.#program.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function createCluster({ programs, user }: InstalledPostgres, folder: string, password: string): string {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const cluster = join(folder, 'cluster');
  const args = ['-D', cluster, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // `--no-sync` is about making the cluster, not about running it.
  execFileSync(join(programs, 'initdb'), [...args, '--encoding=UTF8', '--locale=C', '--no-sync'], {
    cwd: folder,
    env: {},
    stdio: ['ignore', 'ignore', 'pipe'],
    ...user,
  });
  return cluster;
}

/** The last line of its own file says so. */
function isReady(cluster: string): boolean {
  const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').trimEnd().split('\n');
  return lines.at(-1)?.trim() === 'ready';
}

/** Empty where the system does not tell. */
function childrenOf(pid: number): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return text === '' ? [] : text.split(' ').map(Number);
  } catch {
    return [];
  }
}
