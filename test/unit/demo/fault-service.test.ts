import { beforeEach, describe, expect, it } from 'vitest';
import { createFaultService } from '../../../demo/fault-service/app.ts';
import { RecordingLogger } from '../../support/recording-logger.ts';

const status = { faults: [{ name: 'throttled', how: 'it never runs' }], isChanging: false };
const TOKEN = 'only-the-coordinator-knows';

describe('the fault service', () => {
  let calls: string[];
  let outcome: 'done' | 'busy' | 'unknown';
  let logger: RecordingLogger;
  let app: ReturnType<typeof createFaultService>;
  const send = (method: string, path: string, token = TOKEN) =>
    app.request(path, { method, headers: { authorization: `Bearer ${token}` } });

  beforeEach(() => {
    calls = [];
    outcome = 'done';
    logger = new RecordingLogger();
    const note = async (call: string) => {
      calls.push(call);
      if (call === 'put in failing') throw new Error('UpdateFunctionCode: no');
      return outcome;
    };
    const faults = {
      status,
      putIn: (name: string) => note(`put in ${name}`),
      takeOut: async () => ((await note('take out')) === 'busy' ? ('busy' as const) : ('done' as const)),
    };
    app = createFaultService({ faults, token: TOKEN, logger });
  });

  it.each([
    ['GET', '/faults'],
    ['PUT', '/faults/throttled'],
    ['DELETE', '/faults'],
  ])('does nothing on %s %s for whoever does not know its token, as any page in a browser', async (method, path) => {
    expect((await app.request(path, { method })).status).toBe(401);
    expect((await send(method, path, 'guessed')).status).toBe(401);
    expect((await send(method, path, '')).status).toBe(401);
    expect(calls).toEqual([]);
  });

  it('says how things stand, and changes them', async () => {
    expect(await (await send('GET', '/faults')).json()).toEqual(status);
    expect((await send('PUT', '/faults/throttled')).status).toBe(200);
    expect((await send('DELETE', '/faults')).status).toBe(200);
    expect(calls).toEqual(['put in throttled', 'take out']);
  });

  it('answers 409 while a change is under way, and 404 for a fault that there is not', async () => {
    outcome = 'busy';
    expect((await send('PUT', '/faults/throttled')).status).toBe(409);
    expect((await send('DELETE', '/faults')).status).toBe(409);
    outcome = 'unknown';
    expect((await send('PUT', '/faults/earthquake')).status).toBe(404);
  });

  it('says why AWS refused', async () => {
    const response = await send('PUT', '/faults/failing');
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({ detail: 'UpdateFunctionCode: no' });
    expect(logger.events).toMatchObject([{ level: 'error' }]);
  });
});
