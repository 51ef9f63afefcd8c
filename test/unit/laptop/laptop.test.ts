import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashSources } from '../../../laptop/build/source-hash.ts';
import { findControlNodeCode } from '../../../laptop/control-node-code.ts';
import { freePort, PortTakenError } from '../../../laptop/free-port.ts';
import { localAwsEnvironment, machineEnvironment } from '../../../laptop/host-environment.ts';
import { describeExit } from '../../../laptop/process-exit.ts';
import { nodeOptionsIn, readNodeOptions } from '../../../laptop/unit-options.ts';
import { untilReady } from '../../../laptop/readiness.ts';

describe('a port', () => {
  it('that somebody listens on is refused by its number, with what to do about it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(freePort(port)).rejects.toThrow(PortTakenError);
    await expect(freePort(port)).rejects.toThrow(`Port ${port}`);
    server.close();
  });

  it('is any free one for 0', async () => {
    expect(await freePort(0)).toBeGreaterThan(0);
  });
});

describe('the environment of the processes', () => {
  it('has nothing of the credentials, profiles and proxies of whoever starts them', () => {
    const host = {
      PATH: '/usr/bin',
      AWS_PROFILE: 'work',
      AWS_ACCESS_KEY_ID: 'secret',
      HTTPS_PROXY: 'http://proxy',
      NODE_OPTIONS: '--inspect',
    };
    expect(machineEnvironment(host)).toEqual({ PATH: '/usr/bin' });
  });

  it('tells the local AWS where to record who asked for what and who called what, when somebody wants it', () => {
    expect(localAwsEnvironment({ PATH: '/usr/bin', AWS_PROFILE: 'work' })).toEqual({ PATH: '/usr/bin' });
    expect(localAwsEnvironment({ LOCAL_AWS_ACCESS_RECORD: 'record' })).toEqual({
      LOCAL_AWS_ACCESS_RECORD: resolve('record'),
    });
    expect(localAwsEnvironment({ LOCAL_AWS_REQUEST_RECORD: 'calls' })).toEqual({
      LOCAL_AWS_REQUEST_RECORD: resolve('calls'),
    });
  });
});

describe('the code of the control node', () => {
  let assembly: string;
  beforeEach(async () => {
    assembly = await mkdtemp(join(tmpdir(), 'control-node-code-'));
  });
  afterEach(() => rm(assembly, { recursive: true }));

  const writeManifest = (files: object) => writeFile(join(assembly, 'a.assets.json'), JSON.stringify({ files }));

  it('is missed by its name in an assembly that has other assets only', async () => {
    await writeManifest({ other: { displayName: 'Payment/Function/Code', source: { path: 'asset.1' } } });
    await expect(findControlNodeCode(assembly)).rejects.toThrow('no asset with the display name control-node');
  });

  it('is the asset of that name', async () => {
    const other = { displayName: 'Payment/Function/Code', source: { path: 'asset.1' } };
    await writeManifest({ other, wanted: { displayName: 'control-node', source: { path: 'asset.2' } } });
    expect(await findControlNodeCode(assembly)).toEqual({
      coordinator: join(assembly, 'asset.2', 'coordinator.mjs'),
      monitor: join(assembly, 'asset.2', 'monitor.mjs'),
    });
  });
});

describe('the options of Node in a unit of the control node', () => {
  const unit = (command: string) => `[Service]\nType=exec\nExecStart=${command}\nRestart=always\n`;

  it('are what its process has on a laptop as well', () => {
    const command = '/usr/bin/node-24 --max-old-space-size=160 --enable-source-maps /opt/it/monitor.mjs';
    expect(nodeOptionsIn(unit(command), 'monitor')).toEqual(['--max-old-space-size=160', '--enable-source-maps']);
    expect(nodeOptionsIn(unit('/usr/bin/node-24 /opt/it/monitor.mjs'), 'monitor')).toEqual([]);
  });

  it('are missed where something else is started', () => {
    expect(() => nodeOptionsIn(unit('/usr/bin/python3 monitor.py'), 'monitor')).toThrow('The unit monitor does not');
  });

  it('limit the heap of both processes, so that a laptop shows what an instance can bear', async () => {
    const { coordinator, monitor } = await readNodeOptions(join(import.meta.dirname, '../../..'));
    for (const options of [coordinator, monitor])
      expect(options).toEqual([expect.stringMatching(/^--max-old-space-size=\d+$/)]);
  });
});

describe('the hash of the sources', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'source-hash-'));
    for (const name of ['lib', 'test', 'node_modules']) await mkdir(join(folder, name));
    await writeFile(join(folder, 'lib', 'stack.ts'), 'one');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const changes = async (change: () => Promise<unknown>) => {
    const before = await hashSources(folder, ['laptop']);
    await change();
    return (await hashSources(folder, ['laptop'])) !== before;
  };

  it('changes with the content of a file, with its name, and with a new one', async () => {
    expect(await changes(() => writeFile(join(folder, 'lib', 'stack.ts'), 'two'))).toBe(true);
    expect(await changes(() => writeFile(join(folder, 'lib', 'other.ts'), ''))).toBe(true);
    expect(await changes(() => rm(join(folder, 'lib', 'other.ts')))).toBe(true);
  });

  it('changes with a folder that nobody has heard of: it may be an input', async () => {
    expect(
      await changes(() => mkdir(join(folder, 'assets')).then(() => writeFile(join(folder, 'assets', 'a'), 'a'))),
    ).toBe(true);
  });

  it('does not change with tests and packages, which no template depends on', async () => {
    expect(await changes(() => writeFile(join(folder, 'test', 'a.test.ts'), 'a'))).toBe(false);
    expect(await changes(() => writeFile(join(folder, 'node_modules', 'a.js'), 'a'))).toBe(false);
  });

  it('differs from stage to stage', async () => {
    expect(await hashSources(folder, ['dev'])).not.toBe(await hashSources(folder, ['laptop']));
  });
});

describe('waiting for a process', () => {
  it('says who was not ready and why', async () => {
    const isReady = () => Promise.reject(new Error('/readyz answers 503'));
    await expect(untilReady({ name: 'The coordinator', timeoutMs: 0, isReady })).rejects.toThrow(
      'The coordinator was not ready within 0 ms: /readyz answers 503',
    );
  });

  it('does not go on when there is no hope', async () => {
    const isReady = () => Promise.resolve(false);
    await expect(
      untilReady({ name: 'The coordinator', timeoutMs: 60_000, isReady, hopeless: () => 'it ended' }),
    ).rejects.toThrow('The coordinator is not ready: it ended');
  });
});

describe('the end of a process', () => {
  const exit = {
    name: 'monitor',
    code: null,
    signal: 'SIGKILL',
    logFile: '/logs/monitor.log',
    restartInMs: 100,
  } as const;

  it('is told with what ended it, what happens next and where its log is', () => {
    expect(describeExit(exit)).toBe(
      'monitor was ended by SIGKILL; starting it again in 100 ms. Its log: /logs/monitor.log',
    );
    expect(describeExit({ ...exit, code: 1, signal: null })).toContain('monitor ended with exit code 1; starting');
  });
});
