import { Agent, request } from 'node:http';

/** Orders over connections that stay open, with as little work as a client can do: it shares the machine with what it measures. */
export class OrderClient {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(url: string) {
    this.#url = new URL('/orders', url);
  }

  /** @returns the order's id. @throws Error when it is not accepted. */
  place(order: {
    readonly itemId: string;
    readonly quantity: number;
    readonly paymentMethod: string;
  }): Promise<string> {
    const body = JSON.stringify(order);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const asked = request(this.#url, { method: 'POST', agent: this.#agent, headers }, (answer) => {
        const executionId = answer.headers.location?.split('/').at(-1);
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        answer.on('error', reject).on('end', () => {
          if (answer.statusCode === 202 && executionId !== undefined) resolve(executionId);
          else reject(new Error(`POST /orders was answered with ${answer.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      asked.on('error', reject).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
