import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { listen } from './listen.mjs';
import { declineReason, failed, paymentIdOf } from './order.mjs';
import { CONNECTIONS, PostgresBooks } from './postgres-books.mjs';

const [systemDatabaseUrl, booksUrl] = process.argv.slice(2);
if (systemDatabaseUrl === undefined || booksUrl === undefined)
  throw new Error('usage: dbos.mjs <url of the system database> <url of the books>');
const books = await PostgresBooks.open(booksUrl);

/** @typedef {import('./order.mjs').Order} Order */

class CardDeclinedError extends Error {
  /** @override */
  name = 'CardDeclinedError';
}

const book = DBOS.registerWorkflow(
  async (/** @type {Order} */ order) => {
    await DBOS.runStep(() => books.hold(order), { name: 'confirm-order' });
    try {
      const paymentId = await DBOS.runStep(
        async () => {
          const reason = declineReason(order.paymentMethod);
          if (reason !== undefined) throw new CardDeclinedError(reason);
          await books.capture(paymentIdOf(order.executionId), order);
          return paymentIdOf(order.executionId);
        },
        { name: 'payment' },
      );
      return { status: 'SUCCEEDED', paymentId };
    } catch (error) {
      if (!(error instanceof CardDeclinedError)) throw error;
      await DBOS.runStep(() => books.release(order.executionId), { name: 'release' });
      return failed(error.message);
    }
  },
  { name: 'book' },
);

DBOS.setConfig({ name: 'booking', systemDatabaseUrl, systemDatabasePoolSize: CONNECTIONS, logLevel: 'warn' });
await DBOS.launch();

/** @type {Record<string, (body: any) => Promise<unknown>>} */
const routes = {
  '/put': async ({ itemId, units }) => books.put(itemId, units),
  '/free': async () => books.free(),
  '/book': async (/** @type {Order} */ order) => {
    const handle = await DBOS.startWorkflow(book, { workflowID: order.executionId })(order);
    return handle.getResult();
  },
};

await listen(
  createServer(async (request, response) => {
    try {
      const route = routes[request.url ?? ''];
      if (route === undefined) throw new Error(`there is no ${request.url}`);
      const answer = await route(JSON.parse(await text(request)));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? null));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }),
);
