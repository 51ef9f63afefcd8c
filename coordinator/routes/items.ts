import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import pLimit from 'p-limit';
import type { Item } from '../../booking/item.ts';
import type { ItemStore } from '../../booking/item-store.ts';
import type { ItemQuotes } from '../item-quotes.ts';
import { refuseInvalidInput } from '../invalid-input.ts';
import { problem, ProblemError } from '../problem.ts';
import { itemIdSchema, itemListSchema, itemPutSchema, itemSchema, type ItemRepresentation } from '../schemas/item.ts';
import { problemResponses } from '../schemas/problem.ts';

export interface ItemRoutesOptions {
  readonly items: Pick<ItemStore, 'put' | 'get' | 'list' | 'availability'>;
  readonly quotes: Pick<ItemQuotes, 'forget'>;
}

/** Items whose stock is read at once; each has several documents. */
const CONCURRENT_READS = 8;

const params = z.object({ itemId: itemIdSchema });
const itemContent = { 'application/json': { schema: itemSchema } };

const listRoute = createRoute({
  method: 'get',
  path: '/items',
  operationId: 'listItems',
  summary: 'What is for sale, with the units available: the first 200 items by id',
  responses: {
    200: { description: 'The items', content: { 'application/json': { schema: itemListSchema } } },
    ...problemResponses(),
  },
});

const getRoute = createRoute({
  method: 'get',
  path: '/items/{itemId}',
  operationId: 'getItem',
  summary: 'One item, with the units available',
  request: { params },
  responses: { 200: { description: 'The item', content: itemContent }, ...problemResponses(400, 404) },
});

const putRoute = createRoute({
  method: 'put',
  path: '/items/{itemId}',
  operationId: 'putItem',
  summary: 'Puts an item up for sale or changes it. Repeated, it changes nothing more.',
  request: { params, body: { required: true, content: { 'application/json': { schema: itemPutSchema } } } },
  responses: {
    200: { description: 'The item as it is now', content: itemContent },
    ...problemResponses(400, 409, 413, 415, 422),
  },
});

export function itemRoutes({ items, quotes }: ItemRoutesOptions): OpenAPIHono {
  const routes = new OpenAPIHono({ defaultHook: refuseInvalidInput });

  const represent = async (item: Item): Promise<ItemRepresentation> => {
    const stock = await items.availability(item.itemId);
    // An item whose stock is not laid out yet: its put is under way, or died and is to be repeated.
    const { units, held, sold, available } = stock ?? { units: item.units, held: 0, sold: 0, available: 0 };
    const { itemId, name, price, currency } = item;
    return { itemId, name, price, currency, units, held, sold, available };
  };

  routes.openapi(listRoute, async (context) => {
    const atMost = pLimit(CONCURRENT_READS);
    const listed = await items.list();
    return context.json({ items: await Promise.all(listed.map((item) => atMost(() => represent(item)))) }, 200);
  });

  routes.openapi(getRoute, async (context) => {
    const { itemId } = context.req.valid('param');
    const item = await items.get(itemId);
    if (item === undefined) throw new ProblemError(problem('no-such-item', `There is no item ${itemId}.`));
    return context.json(await represent(item), 200);
  });

  routes.openapi(putRoute, async (context) => {
    const { itemId } = context.req.valid('param');
    const { name, price, currency, units } = context.req.valid('json');
    try {
      const put = await items.put({ itemId, name, price, currency, units });
      if (put.outcome === 'too-few-units') {
        const detail = `${put.used} units of ${itemId} are held or sold, so it must have at least as many, not ${units}.`;
        throw new ProblemError(problem('too-few-units', detail, { usedUnits: put.used }));
      }
      return context.json(await represent(put.item), 200);
    } finally {
      // Also after a failure: it may have been written.
      quotes.forget(itemId);
    }
  });

  return routes;
}
