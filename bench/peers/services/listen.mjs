import { once } from 'node:events';

/**
 * Listens on a free port of loopback and tells it to the process that started this one. Ends with that process.
 * @param {import('node:net').Server} server
 */
export async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error(`not a port: ${address}`);
  process.on('disconnect', () => process.exit());
  process.send?.({ port: address.port });
}
