import { service, TerminalError } from '@restatedev/restate-sdk';
import { failed } from './order.mjs';
import { serveEndpoint } from './restate-endpoint.mjs';

/** @typedef {import('@restatedev/restate-sdk').Context} Context */
/** @typedef {import('./order.mjs').Order} Order */
/** @typedef {typeof import('./restate-confirm-order.mjs').stock} Stock */
/** @typedef {typeof import('./restate-payment.mjs').payment} Payment */

/** The booking as a saga of calls to two other functions. A terminal error is one that Restate does not retry. */
const booking = service({
  name: 'booking',
  handlers: {
    book: async (/** @type {Context} */ ctx, /** @type {Order} */ order) => {
      const stock = ctx.objectClient(/** @type {Stock} */ ({ name: 'stock' }), order.itemId);
      const payment = ctx.objectClient(/** @type {Payment} */ ({ name: 'payment' }), order.executionId);
      await stock.hold(order.quantity);
      try {
        return { status: 'SUCCEEDED', paymentId: await payment.capture(order) };
      } catch (error) {
        if (!(error instanceof TerminalError)) throw error;
        await stock.release(order.quantity);
        return failed(error.message);
      }
    },
  },
});

await serveEndpoint([booking]);
