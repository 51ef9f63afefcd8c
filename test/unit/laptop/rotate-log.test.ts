import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rotateLog } from '../../../laptop/rotate-log.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rotate-log-'));
  file = join(folder, 'monitor.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (name = file) => readFileSync(name, 'utf8');

describe('a log file', () => {
  it('is left alone while it is small, or not there', async () => {
    await rotateLog(file, 10);
    writeFileSync(file, '0123456789');
    await rotateLog(file, 10);
    expect(read()).toBe('0123456789');
  });

  it('becomes the old one once it is large, and whoever holds it open goes on at its beginning', async () => {
    const writer = openSync(file, 'a');
    writeSync(writer, 'the first lines\n');
    await rotateLog(file, 10);
    writeSync(writer, 'second\n');
    expect([read(), read(`${file}.1`)]).toEqual(['second\n', 'the first lines\n']);
    expect(statSync(file).size).toBe(7);
    closeSync(writer);
  });

  it('replaces the old one: two files are all there ever is', async () => {
    for (const lines of ['the first lines\n', 'the second lines\n']) {
      writeFileSync(file, lines);
      await rotateLog(file, 10);
    }
    expect([read(), read(`${file}.1`)]).toEqual(['', 'the second lines\n']);
  });
});
