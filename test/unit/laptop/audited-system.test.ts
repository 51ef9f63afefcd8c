import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { laptopSystem } from '../../../laptop/audit/audited-system.ts';
import { CannotBeginError } from '../../../laptop/cannot-begin-error.ts';

let stateFolder: string;
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'audited-system-'));
});
afterEach(() => rm(stateFolder, { recursive: true }));

it('an audit on a machine where no system ever ran says how to make one', async () => {
  const found = laptopSystem(stateFolder, {}, () => undefined);
  await expect(found).rejects.toThrow(CannotBeginError);
  await expect(found).rejects.toThrow('`npm start` makes one, and --stack NAME');
});
