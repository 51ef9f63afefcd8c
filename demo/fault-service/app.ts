import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono } from 'hono';
import type { Logger } from '../../platform/logger.ts';
import type { FaultSwitch } from './fault-switch.ts';

export interface FaultServiceOptions {
  readonly faults: Pick<FaultSwitch, 'status' | 'putIn' | 'takeOut'>;
  /** Only who knows it may do anything: any page in a browser can send requests to loopback. */
  readonly token: string;
  readonly logger: Logger;
}

/** What the coordinator asks when somebody presses a button on its page. Errors are `{ detail }`. */
export function createFaultService({ faults, token, logger }: FaultServiceOptions): Hono {
  const app = new Hono();
  app.onError((error, context) => {
    logger.error('A fault could not be changed', { error });
    return context.json({ detail: error.message }, 502);
  });
  app.use(async (context, next) => {
    if (!isSame(context.req.header('authorization') ?? '', `Bearer ${token}`))
      return context.json({ detail: 'The token is wrong.' }, 401);
    return next();
  });
  app.get('/faults', (context) => context.json(faults.status));
  app.put('/faults/:name', async (context) => {
    const name = context.req.param('name');
    const outcome = await faults.putIn(name);
    if (outcome === 'unknown') return context.json({ detail: `There is no fault ${name.slice(0, 64)}.` }, 404);
    return outcome === 'busy' ? context.json(BUSY, 409) : context.json(faults.status);
  });
  app.delete('/faults', async (context) => {
    const outcome = await faults.takeOut();
    return outcome === 'busy' ? context.json(BUSY, 409) : context.json(faults.status);
  });
  return app;
}

const BUSY = { detail: 'Another fault is being put in or taken out: wait until that is done.' };

/** In a time that says nothing of where they differ. */
function isSame(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
