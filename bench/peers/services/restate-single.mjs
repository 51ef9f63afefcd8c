import { service, TerminalError } from '@restatedev/restate-sdk';
import { declineReason, failed, paymentIdOf } from './order.mjs';
import { serveEndpoint } from './restate-endpoint.mjs';
import { SqliteBooks } from './sqlite-books.mjs';

/** @typedef {import('@restatedev/restate-sdk').Context} Context */
/** @typedef {import('./order.mjs').Order} Order */

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: restate-single.mjs <database file>');
const books = new SqliteBooks(file);

/** The booking in one function: its steps are durable side effects, on the function's own database. */
const booking = service({
  name: 'booking',
  handlers: {
    put: async (/** @type {Context} */ _ctx, /** @type {{ itemId: string, units: number }} */ { itemId, units }) =>
      books.put(itemId, units),
    free: async () => books.free(),
    book: async (/** @type {Context} */ ctx, /** @type {Order} */ order) => {
      await ctx.run('confirm-order', () => {
        if (!books.hold(order)) throw new TerminalError(`fewer than ${order.quantity} units are left`);
      });
      try {
        const paymentId = await ctx.run('payment', () => {
          const reason = declineReason(order.paymentMethod);
          if (reason !== undefined) throw new TerminalError(reason);
          books.capture(paymentIdOf(order.executionId), order);
          return paymentIdOf(order.executionId);
        });
        return { status: 'SUCCEEDED', paymentId };
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        await ctx.run('release', () => books.release(order.executionId));
        return failed(error.message);
      }
    },
  },
});

await serveEndpoint([booking]);
