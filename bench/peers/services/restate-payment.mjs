import { object, TerminalError } from '@restatedev/restate-sdk';
import { declineReason, paymentIdOf } from './order.mjs';
import { serveEndpoint } from './restate-endpoint.mjs';

/** @typedef {import('@restatedev/restate-sdk').ObjectContext} ObjectContext */
/** @typedef {import('./order.mjs').Order} Order */

/** A payment per execution, in the state that Restate keeps for its key. */
export const payment = object({
  name: 'payment',
  handlers: {
    capture: async (/** @type {ObjectContext} */ ctx, /** @type {Order} */ { total, currency, paymentMethod }) => {
      const reason = declineReason(paymentMethod);
      if (reason !== undefined) throw new TerminalError(reason);
      const paymentId = paymentIdOf(ctx.key);
      ctx.set('payment', { paymentId, total, currency, paymentMethod });
      return paymentId;
    },
  },
});

await serveEndpoint([payment]);
