import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadAssembly } from '../../../local/cloudformation/assembly.ts';
import { createCodeAssets } from '../../../local/cloudformation/code-assets.ts';
import { PLACE } from './builders.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assembly-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(content));
}

const stack = (name: string): unknown => ({
  type: 'aws:cloudformation:stack',
  properties: { templateFile: 't.json', stackName: name },
});

describe('an assembly', () => {
  it('that is not there is said to be missing, with the command that makes one', async () => {
    await expect(loadAssembly(join(folder, 'nowhere'))).rejects.toThrow(/nowhere.*is it the output of cdk synth/);
  });

  it('with several stacks needs the name of one, and says which there are', async () => {
    await write({ 'manifest.json': { artifacts: { a: stack('one'), b: stack('two') } }, 't.json': { Resources: {} } });
    await expect(loadAssembly(folder)).rejects.toThrow('must have exactly one stack; it has: one, two');
    await expect(loadAssembly(folder, 'three')).rejects.toThrow('must have a stack three; it has: one, two');
    expect((await loadAssembly(folder, 'two')).stackName).toBe('two');
  });

  it('knows the folder behind the bucket and key of an asset, and no other', async () => {
    const destinations = { here: { bucketName: 'assets-${AWS::AccountId}-${AWS::Region}', objectKey: 'abc.zip' } };
    await write({
      'manifest.json': {
        artifacts: { a: stack('one'), b: { type: 'cdk:asset-manifest', properties: { file: 'assets.json' } } },
      },
      't.json': { Resources: {} },
      'assets.json': { files: { abc: { source: { path: 'asset.abc' }, destinations } } },
    });
    const codeFolder = createCodeAssets(await loadAssembly(folder), PLACE);
    expect(codeFolder({ bucket: 'assets-000000000000-us-east-1', key: 'abc.zip' })).toBe(join(folder, 'asset.abc'));
    expect(codeFolder({ bucket: 'assets-000000000000-us-east-1', key: 'other.zip' })).toBeUndefined();
  });
});
