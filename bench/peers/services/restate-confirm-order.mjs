import { handlers, object, TerminalError } from '@restatedev/restate-sdk';
import { serveEndpoint } from './restate-endpoint.mjs';

/** @typedef {import('@restatedev/restate-sdk').ObjectContext} ObjectContext */
/** @typedef {import('@restatedev/restate-sdk').ObjectSharedContext} ObjectSharedContext */

/**
 * The units of an item, in the state that Restate keeps for its key. Restate runs one exclusive handler of a key at a
 * time and commits its state with its result, so none of them can happen twice.
 */
export const stock = object({
  name: 'stock',
  handlers: {
    put: async (/** @type {ObjectContext} */ ctx, /** @type {number} */ units) => {
      ctx.set('free', units);
    },
    hold: async (/** @type {ObjectContext} */ ctx, /** @type {number} */ quantity) => {
      const free = await ctx.get('free');
      if (typeof free !== 'number') throw new TerminalError(`there is no item ${ctx.key}`);
      if (free < quantity) throw new TerminalError(`fewer than ${quantity} units of ${ctx.key} are left`);
      ctx.set('free', free - quantity);
    },
    release: async (/** @type {ObjectContext} */ ctx, /** @type {number} */ quantity) => {
      ctx.set('free', Number(await ctx.get('free')) + quantity);
    },
    free: handlers.object.shared(async (/** @type {ObjectSharedContext} */ ctx) => (await ctx.get('free')) ?? 0),
  },
});

await serveEndpoint([stock]);
