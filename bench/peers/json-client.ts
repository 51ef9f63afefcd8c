import { Agent, request } from 'node:http';

/** More customers than any load has. */
const MOST_SOCKETS = 64;

/** Posts JSON over connections that stay open, with as little work as a client can do: it shares the machine with what it measures. */
export class JsonClient {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_SOCKETS });

  constructor(url: string) {
    this.#url = url;
  }

  /** @throws Error of any answer that is not a 2xx. */
  post(path: string, body: unknown): Promise<unknown> {
    const text = JSON.stringify(body);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.#url}${path}`, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        const { statusCode = 0 } = answer;
        let answered = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (answered += chunk));
        answer.on('error', reject).on('end', () => {
          if (statusCode < 200 || statusCode > 299)
            reject(new Error(`POST ${path} was answered with ${statusCode}: ${answered.slice(0, 500)}`));
          else resolve(answered === '' ? undefined : JSON.parse(answered));
        });
      });
      asked.on('error', reject).end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
