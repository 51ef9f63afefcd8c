import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What Node is told besides the script, by the process's name. */
export interface NodeOptions {
  readonly coordinator: readonly string[];
  readonly monitor: readonly string[];
}

/**
 * Reads from the control node's units what limits their processes have: a monitor that had more memory here than on its
 * instance would show nothing about it. @throws Error when a unit starts something else than Node with a script.
 */
export async function readNodeOptions(projectFolder: string): Promise<NodeOptions> {
  const optionsOf = async (name: string) =>
    nodeOptionsIn(await readFile(join(projectFolder, 'control-node', 'systemd', `${name}.service`), 'utf8'), name);
  const [coordinator, monitor] = await Promise.all([optionsOf('coordinator'), optionsOf('monitor')]);
  return { coordinator, monitor };
}

export function nodeOptionsIn(unit: string, name: string): readonly string[] {
  const options = /^ExecStart=\S+\/node\S*((?: --\S+)*) \S+\.mjs$/m.exec(unit)?.[1];
  if (options === undefined) throw new Error(`The unit ${name} does not start Node with a script`);
  return options.split(' ').filter((option) => option !== '');
}
