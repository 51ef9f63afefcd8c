import { join } from 'node:path';
import { freePort } from '../../laptop/free-port.ts';
import { JsonClient } from './json-client.ts';
import type { PeerOptions } from './peer.ts';
import { peersFile } from './peers-package.ts';
import { Program } from './program.ts';

/** A Restate server with its defaults, which sync its log before they answer, on ports of loopback and an empty store. */
export class RestateServer {
  readonly ingress: JsonClient;
  readonly #admin: JsonClient;
  readonly #program: Program;

  private constructor(program: Program, ingress: JsonClient, admin: JsonClient) {
    this.#program = program;
    this.ingress = ingress;
    this.#admin = admin;
  }

  static async start({ folder, signal }: Pick<PeerOptions, 'folder' | 'signal'>): Promise<RestateServer> {
    const [ingress, admin, node] = [await freePort(0), await freePort(0), await freePort(0)];
    const program = await Program.start({
      name: 'restate-server',
      file: serverFile(),
      args: [
        ...['--base-dir', join(folder, 'restate'), '--node-name', 'bench', '--listen-mode', 'tcp'],
        ...['--bind-address', `127.0.0.1:${node}`, '--advertised-address', `http://127.0.0.1:${node}`],
      ],
      environment: {
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        // Nobody is told that somebody measures.
        RESTATE_DISABLE_TELEMETRY: 'true',
        DO_NOT_TRACK: '1',
      },
      workingFolder: folder,
      logFile: join(folder, 'restate-server.log'),
    });
    const server = new RestateServer(
      program,
      new JsonClient(`http://127.0.0.1:${ingress}`),
      new JsonClient(`http://127.0.0.1:${admin}`),
    );
    try {
      await program.untilReady(async () => (await fetch(`http://127.0.0.1:${admin}/health`)).ok, signal);
      await program.untilReady(async () => (await fetch(`http://127.0.0.1:${ingress}/restate/health`)).ok, signal);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid(): number {
    return this.#program.pid;
  }

  /** Tells it of the services at a port. */
  async register(port: number): Promise<void> {
    await this.#admin.post('/deployments', { uri: `http://127.0.0.1:${port}` });
  }

  async stop(): Promise<void> {
    this.ingress.close();
    this.#admin.close();
    await this.#program.stop();
  }
}

/** The binary itself: the package's own starter is a Node process around it, which would only cost. */
function serverFile(): string {
  return peersFile(`node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
}
