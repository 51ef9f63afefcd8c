import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** An installation takes about half a minute; a caller that waits this long for another's has found a hung one. */
const MAX_WAIT_MS = 10 * 60_000;
const POLL_MS = 250;

/**
 * Installs what the lock file says when it is not what is installed. Callers at the same time wait for one of them.
 * Resolves to an exit code.
 */
export async function ensureDependencies({ root, run, log }) {
  if (isInstalled(root)) return 0;
  const release = await acquire(join(root, '.local'), log);
  if (release === undefined) return 1;
  try {
    if (isInstalled(root)) return 0;
    log('Installing dependencies (npm ci) …');
    const startedAt = Date.now();
    const [program, args] = npm(['ci', '--include=dev', '--no-fund', '--no-audit']);
    const code = await run(program, args, ['ignore', process.stderr, process.stderr]);
    if (code === 0) log(`Dependencies installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
    return code;
  } finally {
    release();
  }
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm writes its own record of what it installed as the last
 * act of a successful installation, whichever command it was, so the two records are compared: a stamp of ours would call
 * a tree stale that somebody has just installed by hand.
 */
export function isInstalled(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  const isSame = (name) =>
    wanted[name]?.version === installed[name]?.version && wanted[name]?.integrity === installed[name]?.integrity;
  // Optional packages of other platforms are in the lock file and not on the disk; a tree copied from another has them.
  return (
    Object.keys(wanted).every((name) => name === '' || wanted[name].optional || isSame(name)) &&
    Object.keys(installed).every((name) => isSame(name) && isForThisPlatform(installed[name]))
  );
}

function packagesOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    // Missing or cut short: npm will say what is wrong with it, or write it anew.
    return undefined;
  }
}

function isForThisPlatform({ os, cpu }) {
  return (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true);
}

/** The npm that called us when there is one: another on the PATH may be of another Node. */
function npm(args) {
  const path = process.env.npm_execpath ?? '';
  if (path.endsWith('npm-cli.js')) return [process.execPath, [path, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/** A lock file that holds its owner's process id: one whose owner is dead counts for nothing. */
async function acquire(folder, log) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'install.lock');
  const giveUpAt = Date.now() + MAX_WAIT_MS;
  for (let isWaiting = false; Date.now() < giveUpAt; await delay(POLL_MS)) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      return () => unlinkSync(path);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = ownerOf(path);
    if (owner !== undefined && !isAlive(owner)) remove(path);
    if (!isWaiting) log('Waiting for another process that installs the dependencies …');
    isWaiting = true;
  }
  log(`Gave up waiting for another installation: remove ${path} if there is none`);
  return undefined;
}

function ownerOf(path) {
  try {
    // Empty between creation and the first write.
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function remove(path) {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else removed it first.
  }
}
