import { buildSync } from 'esbuild';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { bundlePage } from './bundle-page.ts';

/** What `control-node/` gives to the archive. `user-data.sh` is not in it: it is what fetches the archive. */
const HOST_FILES = ['systemd', 'amazon-cloudwatch-agent.json', 'logrotate.conf', 'audit.sh', 'replace-node.sh'];

/**
 * Fills a folder with what is unpacked at `/opt/stateful-serverless`: `coordinator.mjs`, `monitor.mjs`, `audit.mjs`, the
 * page and the host's files. The same sources make the same bytes in any checkout: paths in the bundles are relative to
 * the project.
 * @throws Error when a source does not compile.
 */
export function bundleNode(projectFolder: string, outputFolder: string): void {
  try {
    buildSync({
      absWorkingDir: projectFolder,
      entryPoints: [
        { in: 'coordinator/main.ts', out: 'coordinator' },
        { in: 'monitor/main.ts', out: 'monitor' },
        { in: 'monitor/audit/main.ts', out: 'audit' },
      ],
      outdir: outputFolder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      platform: 'node',
      // Node 24 on the host; Node 20 on a laptop, which runs these very files.
      target: 'node20',
      format: 'esm',
      mainFields: ['module', 'main'],
      // The paths stay below the project also where node_modules is a link to another checkout's.
      preserveSymlinks: true,
      // CommonJS dependencies (pino) call require for Node's own modules, which a module does not have.
      banner: {
        js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);",
      },
      // Not minified, so that a stack says where; a map would be larger than the code and slow every throw down.
      // `keepNames` names each closure anew whenever one is made, which is a twentieth of what a call of the SDK costs.
      sourcemap: false,
      logLevel: 'silent',
    });
    bundlePage(projectFolder, join(outputFolder, 'page'));
  } catch (error) {
    throw new Error(`The control node's code cannot be bundled: ${String(error)}`, { cause: error });
  }
  for (const name of HOST_FILES) {
    cpSync(join(projectFolder, 'control-node', name), join(outputFolder, name), { recursive: true });
  }
}
