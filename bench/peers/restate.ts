import { join } from 'node:path';
import type { OrderAnswer, Peer, PeerOptions, RunningPeer } from './peer.ts';
import type { Program } from './program.ts';
import { RestateServer } from './restate-server.ts';
import { startService } from './start-service.ts';
import { stopAll } from './stop-all.ts';

/** As here: functions of their own processes, and an engine between them. The fair peer. */
export const restateThreeFunctions: Peer = {
  name: 'restate-three',
  what: 'Restate with three functions: booking, confirm-order and payment, a process each',
  start: (options) =>
    startRestate(options, [['restate-confirm-order'], ['restate-payment'], ['restate-booking']], (server) => ({
      putItem: async (itemId, units) => {
        await server.ingress.post(`/stock/${itemId}/put`, units);
      },
      freeUnits: async (itemIds) => {
        let free = 0;
        for (const itemId of itemIds) free += Number(await server.ingress.post(`/stock/${itemId}/free`, null));
        return free;
      },
    })),
};

export const restateSingleFunction: Peer = {
  name: 'restate-single',
  what: 'Restate with one function, whose steps are side effects on its own SQLite database',
  start: (options) =>
    startRestate(options, [['restate-single', join(options.folder, 'books.sqlite')]], (server) => ({
      putItem: async (itemId, units) => {
        await server.ingress.post('/booking/put', { itemId, units });
      },
      freeUnits: async () => Number(await server.ingress.post('/booking/free', null)),
    })),
};

type Books = Pick<RunningPeer, 'putItem' | 'freeUnits'>;

async function startRestate(
  options: PeerOptions,
  scripts: readonly (readonly [name: string, ...args: string[]])[],
  booksOf: (server: RestateServer) => Books,
): Promise<RunningPeer> {
  const server = await RestateServer.start(options);
  const services = new Map<string, Program>();
  const stop = () => stopAll([...services.values(), server]);
  try {
    for (const [name, ...args] of scripts) {
      const service = await startService(name, args, options);
      services.set(name, service);
      await server.register(await service.port(options.signal));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const pidsOf = [...services].map(([name, { pid }]) => [name.replace('restate-', ''), () => [pid]] as const);
  return {
    ...booksOf(server),
    processes: { 'restate-server': () => [server.pid], ...Object.fromEntries(pidsOf) },
    place: async (order) => (await server.ingress.post('/booking/book', order)) as OrderAnswer,
    stop,
  };
}
