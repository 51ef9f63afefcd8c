import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program, ProgramFailedError } from '../../../bench/peers/program.ts';
import { membersOf } from '../../../laptop/process/process-group.ts';

const { signal } = new AbortController();

describe('a program that is measured', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'program-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function start(script: string): Promise<Program> {
    const file = join(folder, 'script.mjs');
    await writeFile(file, script);
    return Program.start({
      name: 'a-program',
      file: process.execPath,
      args: [file],
      environment: {},
      workingFolder: folder,
      logFile: join(folder, 'program.log'),
      isService: true,
    });
  }

  it('tells its port when it listens, and is gone with what it started once it is stopped', async () => {
    const program = await start(`
      import { spawn } from 'node:child_process';
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      process.send({ port: 4711 });
    `);
    expect(await program.port(signal)).toBe(4711);
    expect(membersOf(program.pid).length).toBeGreaterThan(1);
    await program.stop();
    expect(membersOf(program.pid)).toEqual([]);
  });

  it('that ends before it is ready is an error with the end of its log', async () => {
    const program = await start(`console.error('the disk is full'); process.exit(3);`);
    const failed = program.port(signal);
    await expect(failed).rejects.toThrow(ProgramFailedError);
    await expect(failed).rejects.toThrow('the disk is full');
    await program.stop();
  });

  it('is not waited for once the run is interrupted', async () => {
    const interrupt = new AbortController();
    const program = await start('setInterval(() => {}, 1000);');
    const ready = program.untilReady(async () => false, interrupt.signal);
    interrupt.abort();
    await expect(ready).rejects.toThrow();
    await program.stop();
    expect(membersOf(program.pid)).toEqual([]);
  });
});
