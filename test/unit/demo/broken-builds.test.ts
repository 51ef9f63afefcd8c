import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildBroken } from '../../../demo/faults/broken-builds.ts';

async function codeOf(build: Parameters<typeof buildBroken>[0]): Promise<string> {
  const file = unzipSync(await buildBroken(build))['index.mjs'];
  if (file === undefined) throw new Error('the package has no index.mjs');
  return strFromU8(file);
}

describe('a broken build of payment', () => {
  it('calls a method that no payment provider has', async () => {
    const code = await codeOf('type-error');
    expect(code).toContain('.chargeCard(');
    expect(code).toContain('step.started');
  });

  it('allocates without end before it charges', async () => {
    expect(await codeOf('out-of-memory')).toMatch(/Buffer\.alloc\(8/);
  });

  it('stands still in its first attempt until its record is there', async () => {
    const code = await codeOf('late-finisher');
    expect(code).toMatch(/pauseUntilGivenUp/);
    expect(code).toContain('.chargeCard(');
  });

  it('has its connection reset in its first attempt, before it charges', async () => {
    expect(await codeOf('reset-once')).toMatch(/attempt:\w+\}\)\{if\(\w+===1\)throw new \w+\("ECONNRESET"/);
  });

  it('imports a module that is not in its package', async () => {
    expect(await codeOf('module-missing')).toMatch(/import\s*"a-module-that-nobody-packaged"/);
  });
});
