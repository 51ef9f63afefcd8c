import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The scripts that an instance runs, as the archive that it fetches holds them. */
export interface ControlNodeCode {
  readonly coordinator: string;
  readonly monitor: string;
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { readonly displayName?: string; readonly source: { path?: string } }>>;
}

/** By which the stack names the archive. Everything else about an asset is a hash. */
const DISPLAY_NAME = 'control-node';

/**
 * Finds the control node's code in a cloud assembly: what runs here are the very files that are deployed, not a build of
 * our own. @throws Error when the assembly has none.
 */
export async function findControlNodeCode(assemblyFolder: string): Promise<ControlNodeCode> {
  const manifests = (await readdir(assemblyFolder)).filter((name) => name.endsWith('.assets.json'));
  for (const name of manifests) {
    const { files = {} } = JSON.parse(await readFile(join(assemblyFolder, name), 'utf8')) as AssetManifest;
    const path = Object.values(files).find(({ displayName }) => displayName === DISPLAY_NAME)?.source.path;
    if (path === undefined) continue;
    const folder = join(assemblyFolder, path);
    return { coordinator: join(folder, 'coordinator.mjs'), monitor: join(folder, 'monitor.mjs') };
  }
  throw new Error(`The assembly ${assemblyFolder} has no asset with the display name ${DISPLAY_NAME}`);
}
