import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { LambdaError } from './lambda-error.ts';

/** Deployed code, in a folder of its own that nothing changes any more. */
export interface Code {
  readonly directory: string;
  /** Base64, as AWS shows it. Of the zip file where there was one, else of the files' names and contents. */
  readonly sha256: string;
  readonly bytes: number;
}

/** AWS's limit for unzipped code. */
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;
const MAX_FILES = 20_000;
const FOLDER_PREFIX = 'local-lambda-';

/**
 * Keeps each deployed version of a function's code in a folder outside of every project, as /var/task is: otherwise Node
 * would take the project's `"type": "module"` for the function's, and find modules in the project's node_modules that
 * are missing from the bundle.
 */
export class CodeStore {
  readonly #noteFile: string;
  readonly #runtimeModules: string | undefined;
  #root: string | undefined;
  #count = 0;

  /** @param runtimeModules a node_modules folder whose @aws-sdk and @smithy functions may use, as in AWS's runtime. */
  constructor(stateFolder: string, runtimeModules?: string) {
    this.#noteFile = join(stateFolder, 'code-folder');
    this.#runtimeModules = runtimeModules;
  }

  /** Also removes what a killed predecessor left. */
  open(): void {
    if (this.#root !== undefined) return;
    removeNoted(this.#noteFile);
    mkdirSync(dirname(this.#noteFile), { recursive: true });
    this.#root = mkdtempSync(join(tmpdir(), FOLDER_PREFIX));
    writeFileSync(this.#noteFile, this.#root);
    writeFileSync(join(this.#root, 'package.json'), '{}\n');
    if (this.#runtimeModules === undefined) return;
    mkdirSync(join(this.#root, 'node_modules'));
    for (const scope of ['@aws-sdk', '@smithy']) {
      symlinkSync(join(this.#runtimeModules, scope), join(this.#root, 'node_modules', scope), 'dir');
    }
  }

  close(): void {
    if (this.#root === undefined) return;
    rmSync(this.#root, { recursive: true, force: true });
    rmSync(this.#noteFile, { force: true });
    this.#root = undefined;
  }

  async putDirectory(directory: string): Promise<Code> {
    const target = this.#newFolder();
    await cp(directory, target, { recursive: true, dereference: true });
    const { sha256, bytes } = await hashFiles(target);
    return { directory: target, sha256, bytes };
  }

  /** @throws LambdaError when the file is no zip, too large, or has entries that point out of its folder. */
  async putZip(zip: Buffer): Promise<Code> {
    const entries = entriesOf(zip);
    const target = this.#newFolder();
    try {
      await writeEntries(target, entries);
    } catch (error) {
      rmSync(target, { recursive: true, force: true });
      if (error instanceof LambdaError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new LambdaError('InvalidParameterValueException', `Could not unzip uploaded file: ${reason}`);
    }
    return { directory: target, sha256: createHash('sha256').update(zip).digest('base64'), bytes: zip.length };
  }

  remove(code: Code): void {
    if (this.#root !== undefined && dirname(code.directory) === this.#root) {
      rmSync(code.directory, { recursive: true, force: true });
    }
  }

  #newFolder(): string {
    if (this.#root === undefined) throw new Error('The code store is not open.');
    this.#count += 1;
    return join(this.#root, `code-${String(this.#count)}`);
  }
}

async function writeEntries(target: string, entries: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(target, { recursive: true });
  for (const [name, content] of Object.entries(entries)) {
    const path = resolve(target, name);
    if (!path.startsWith(target + sep)) {
      const message = `The zip entry ${JSON.stringify(name)} points out of its folder.`;
      throw new LambdaError('InvalidParameterValueException', message);
    }
    if (name.endsWith('/')) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

function entriesOf(zip: Buffer): Record<string, Uint8Array> {
  let bytes = 0;
  let files = 0;
  try {
    return unzipSync(zip, {
      filter: (file) => {
        bytes += file.originalSize;
        files += 1;
        if (bytes > MAX_UNZIPPED_BYTES || files > MAX_FILES)
          throw new LambdaError('InvalidParameterValueException', TOO_LARGE);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof LambdaError) throw error;
    throw new LambdaError('InvalidParameterValueException', 'Could not unzip uploaded file: it is no valid zip file.');
  }
}

const TOO_LARGE = `Unzipped size must be smaller than ${String(MAX_UNZIPPED_BYTES)} bytes and ${String(MAX_FILES)} files.`;

async function hashFiles(directory: string): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) {
    const content = await readFile(path);
    hash.update(path.slice(directory.length)).update('\0').update(content);
    bytes += content.length;
  }
  return { sha256: hash.digest('base64'), bytes };
}

function removeNoted(noteFile: string): void {
  let noted: string;
  try {
    noted = readFileSync(noteFile, 'utf8');
  } catch {
    return; // Nobody was here before, or it went in order.
  }
  const isOurs = dirname(noted) === resolve(tmpdir()) && basename(noted).startsWith(FOLDER_PREFIX);
  if (isOurs) rmSync(noted, { recursive: true, force: true });
}
