import { JsonClient } from './json-client.ts';
import type { OrderAnswer, Peer, PeerOptions, RunningPeer } from './peer.ts';
import { findPostgres, PostgresServer, type InstalledPostgres } from './postgres.ts';
import { startService } from './start-service.ts';
import { stopAll } from './stop-all.ts';

/** `path`: where programs are looked for. */
export function dbosOnPostgres(path: string): Peer {
  const postgres = findPostgres(path);
  const unavailable = typeof postgres === 'string' ? postgres : undefined;
  return {
    name: 'dbos',
    what: 'DBOS in one process, on PostgreSQL',
    ...(unavailable !== undefined && { unavailable }),
    start: (options) => {
      if (typeof postgres === 'string') throw new Error(postgres);
      return startDbos(options, postgres);
    },
  };
}

async function startDbos(options: PeerOptions, installed: InstalledPostgres): Promise<RunningPeer> {
  const postgres = await PostgresServer.start(installed, options.signal);
  const started: { stop(): Promise<void> }[] = [postgres];
  try {
    // DBOS makes its own database; the books are in the one that every cluster has.
    const service = await startService('dbos', [postgres.urlOf('dbos'), postgres.urlOf('postgres')], options);
    started.push(service);
    const client = new JsonClient(`http://127.0.0.1:${await service.port(options.signal)}`);
    started.push({ stop: async () => client.close() });
    return {
      processes: { postgres: () => postgres.pids(), 'booking with DBOS': () => [service.pid] },
      putItem: async (itemId, units) => {
        await client.post('/put', { itemId, units });
      },
      place: async (order) => (await client.post('/book', order)) as OrderAnswer,
      freeUnits: async () => Number(await client.post('/free', null)),
      stop: () => stopAll(started),
    };
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}
