import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readPageFiles } from '../../coordinator/page-files.ts';
import { listen } from '../../coordinator/server.ts';
import { bundlePage } from '../../lib/control-node/bundle-page.ts';
import { aCoordinator, type ACoordinatorOptions, type TestCoordinator } from '../unit/coordinator/a-coordinator.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export interface ServedPage {
  readonly url: string;
  readonly coordinator: TestCoordinator;
  close(): Promise<void>;
}

/** The page and its coordinator, with an S3 in memory: whatever a bucket could hold can be put there. */
export async function serveInMemory(options: ACoordinatorOptions = {}): Promise<ServedPage> {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  bundlePage(PROJECT, folder);
  const page = await readPageFiles(folder);
  rmSync(folder, { recursive: true });
  if (page === undefined) throw new Error('there is no page');
  const coordinator = await aCoordinator({ ...options, page });
  const server = await listen({ app: coordinator.app, host: '127.0.0.1', port: 0, graceMs: 100 });
  const close = async () => {
    coordinator.hub.close();
    await server.close();
  };
  return { url: server.url, coordinator, close };
}
