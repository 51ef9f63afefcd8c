import { beforeEach, describe, expect, it } from 'vitest';
import { FaultSwitch } from '../../../demo/fault-service/fault-switch.ts';
import { namedFaults } from '../../../demo/fault-service/named-faults.ts';
import type { Fault } from '../../../demo/faults/fault.ts';
import { SCENARIOS } from '../../../demo/scenarios/scenarios.ts';

const throttled: Fault = { kind: 'throttled', step: 'payment' };
const unnotified: Fault = { kind: 'unnotified', step: 'payment' };
const FAULTS = [
  { name: 'throttled', how: 'it never runs', faults: [throttled] },
  { name: 'lost-event', how: 'nobody tells it', faults: [unnotified] },
];

/** Notes what it was asked for, and can be held back or made to fail. */
class RecordingInjector {
  readonly calls: string[] = [];
  fails = false;
  held: Promise<void> = Promise.resolve();

  inject = (faults: readonly Fault[]) => this.#note('inject', faults);
  restore = (faults: readonly Fault[]) => this.#note('restore', faults);
  restoreAll = () => this.#note('restore all', []);

  async #note(what: string, faults: readonly Fault[]): Promise<void> {
    this.calls.push([what, ...faults.map(({ kind }) => kind)].join(' '));
    await this.held;
    if (this.fails) throw new Error('AWS says no');
  }
}

describe('the switch of faults', () => {
  let injector: RecordingInjector;
  let faults: FaultSwitch;
  beforeEach(() => {
    injector = new RecordingInjector();
    faults = new FaultSwitch({ injector, faults: FAULTS });
  });

  it('says what there is and what is in', async () => {
    expect(faults.status).toEqual({
      faults: FAULTS.map(({ name, how }) => ({ name, how })),
      isChanging: false,
    });
    await faults.putIn('throttled');
    expect(faults.status).toMatchObject({ inForce: 'throttled', isChanging: false });
    await faults.takeOut();
    expect(faults.status).not.toHaveProperty('inForce');
  });

  it('takes one out before it puts another in', async () => {
    await faults.putIn('throttled');
    await faults.putIn('lost-event');
    expect(injector.calls).toEqual(['inject throttled', 'restore throttled', 'inject unnotified']);
  });

  it('takes nothing out when nothing is in', async () => {
    expect(await faults.takeOut()).toBe('done');
    expect(injector.calls).toEqual([]);
  });

  it('refuses a second change while one is under way, and says so', async () => {
    let release = () => {};
    injector.held = new Promise((resolve) => (release = resolve));
    const first = faults.putIn('throttled');
    expect(faults.status).toMatchObject({ isChanging: true });
    expect(await faults.putIn('lost-event')).toBe('busy');
    expect(await faults.takeOut()).toBe('busy');
    expect(await faults.reset()).toBe('busy');
    release();
    expect(await first).toBe('done');
    expect(injector.calls).toEqual(['inject throttled']);
  });

  it('counts what went in half as in, so that it is taken out', async () => {
    injector.fails = true;
    await expect(faults.putIn('throttled')).rejects.toThrow('AWS says no');
    expect(faults.status).toMatchObject({ inForce: 'throttled', isChanging: false });
    await expect(faults.takeOut()).rejects.toThrow('AWS says no');
    expect(faults.status).toMatchObject({ inForce: 'throttled' });
    injector.fails = false;
    await faults.takeOut();
    expect(faults.status).not.toHaveProperty('inForce');
  });

  it('puts back at its start whatever an earlier process left in', async () => {
    await faults.reset();
    expect(injector.calls).toEqual(['restore all']);
  });

  it('knows no other fault', async () => {
    expect(await faults.putIn('earthquake')).toBe('unknown');
    expect(injector.calls).toEqual([]);
  });
});

it("the faults are those of the demo's scenarios, except what repairs itself or breaks nothing", () => {
  const surroundings = { closedEndpoint: 'http://127.0.0.1:9', silentEndpoint: 'http://127.0.0.1:1' };
  const names = namedFaults(SCENARIOS, surroundings).map(({ name }) => name);
  expect(names).toContain('access-denied');
  expect(names).toContain('lost-event');
  for (const none of ['success', 'sold-out', 'card-declined', 'heals-in-time', 'bad-order'])
    expect(names).not.toContain(none);
});
