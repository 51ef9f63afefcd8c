import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Folders that no template depends on. The list names what is left out, not what is taken: a folder that is forgotten
 * here costs a synthesis too many, one that is forgotten in a list of inputs would run yesterday's code.
 */
const NOT_INPUT = new Set([
  '.git',
  '.local',
  '.ci',
  'node_modules',
  'cdk.out',
  'coverage',
  'test',
  'docs',
  'demo',
  'chaos',
  'laptop',
  'local',
  'bench',
]);

/** Hex SHA-256 of names and contents of everything that the stack is made from, and of what else is given. */
export async function hashSources(projectFolder: string, others: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const other of others) hash.update(`${other}\0`);
  for (const file of await filesBelow(projectFolder, (name) => !NOT_INPUT.has(name))) {
    hash.update(`${relative(projectFolder, file)}\0`);
    hash.update(
      createHash('sha256')
        .update(await readFile(file))
        .digest(),
    );
  }
  return hash.digest('hex');
}

/** In the order of their names, so that the same tree always hashes alike. */
async function filesBelow(folder: string, isInput: (name: string) => boolean = () => true): Promise<readonly string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => isInput(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const nested = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return nested.flat();
}
