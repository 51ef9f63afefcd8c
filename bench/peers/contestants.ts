import type { HostEnvironment } from '../../laptop/host-environment.ts';
import type { Contestant } from './contestant.ts';
import { dbosOnPostgres } from './dbos.ts';
import { measurePeer } from './measure-peer.ts';
import { ours } from './ours.ts';
import type { Peer } from './peer.ts';
import { nodeOfServices } from './peers-package.ts';
import { restateSingleFunction, restateThreeFunctions } from './restate.ts';

/** In the order in which a round takes them. */
export function contestants(hostEnvironment: HostEnvironment): readonly Contestant[] {
  const dbos = dbosOnPostgres(hostEnvironment['PATH'] ?? '');
  return [ours, ...[restateThreeFunctions, restateSingleFunction, dbos].map(toContestant)];
}

function toContestant(peer: Peer): Contestant {
  return {
    name: peer.name,
    what: peer.what,
    ...(peer.unavailable !== undefined && { unavailable: peer.unavailable }),
    isPeer: true,
    measureRound: async ({ loads, folder, signal }) => {
      const running = await peer.start({ folder, node: nodeOfServices(), signal });
      try {
        return await measurePeer(running, loads, signal);
      } finally {
        await running.stop();
      }
    },
  };
}
