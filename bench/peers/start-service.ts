import { join } from 'node:path';
import type { PeerOptions } from './peer.ts';
import { peersFile } from './peers-package.ts';
import { Program } from './program.ts';

/** A script of `services/`, as a process with nothing in its environment. */
export function startService(
  name: string,
  args: readonly string[],
  { folder, node }: Pick<PeerOptions, 'folder' | 'node'>,
): Promise<Program> {
  return Program.start({
    name,
    file: node,
    args: ['--disable-warning=ExperimentalWarning', peersFile(`services/${name}.mjs`), ...args],
    environment: {},
    workingFolder: folder,
    logFile: join(folder, `${name}.log`),
    isService: true,
  });
}
