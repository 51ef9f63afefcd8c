import { expect, it } from 'vitest';
import type { Fault } from '../../../demo/faults/fault.ts';
import { SwitchedFaults } from '../../../demo/scenarios/switched-faults.ts';

const FAULT: Fault = { kind: 'throttled', step: 'payment' };

function anInjector(failing?: 'inject' | 'restore') {
  const calls: string[] = [];
  const call = (name: 'inject' | 'restore') => async () => {
    calls.push(name);
    if (name === failing) throw new Error(`${name} was refused`);
  };
  return { calls, inject: call('inject'), restore: call('restore') };
}

it('takes out faults whose putting in failed half-way', async () => {
  const injector = anInjector('inject');
  const faults = new SwitchedFaults(injector, [FAULT]);
  await expect(faults.putIn()).rejects.toThrow('inject was refused');
  await faults.takeOut();
  expect(injector.calls).toEqual(['inject', 'restore']);
});

it('takes faults out again when it failed the first time', async () => {
  const injector = anInjector('restore');
  const faults = new SwitchedFaults(injector, [FAULT]);
  await faults.putIn();
  await expect(faults.takeOut()).rejects.toThrow('restore was refused');
  await expect(faults.takeOut()).rejects.toThrow('restore was refused');
});

it('puts faults in once and takes them out once, however often it is asked', async () => {
  const injector = anInjector();
  const faults = new SwitchedFaults(injector, [FAULT]);
  await faults.takeOut();
  await faults.putIn();
  await faults.putIn();
  await faults.takeOut();
  await faults.takeOut();
  expect(injector.calls).toEqual(['inject', 'restore']);
});
