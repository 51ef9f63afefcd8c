import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(port: number, options?: ErrorOptions) {
    super(
      `Port ${port} of 127.0.0.1 is taken: stop the program that listens there, or choose another one with PORT=…`,
      options,
    );
  }
}

/**
 * A port of loopback that nobody listens on: `wanted`, or any for 0. Another program may take it before it is used; what
 * is started there says so then.
 * @throws PortTakenError
 */
export async function freePort(wanted: number): Promise<number> {
  const server = createServer();
  try {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') throw new PortTakenError(wanted, { cause: error });
    throw error;
  } finally {
    server.close();
  }
}
