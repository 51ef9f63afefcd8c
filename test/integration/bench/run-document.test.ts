import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginRun } from '../../../bench/run-document.ts';
import { needProgram } from '../../support/needed-program.ts';

describe('the document of a run', () => {
  let folder: string;

  beforeEach((context) => {
    needProgram(context, 'git');
    folder = mkdtempSync(join(tmpdir(), 'measured-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function git(...args: string[]): string {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
    return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();
  }

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }

  function commitAll(): string {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'a commit');
    return git('rev-parse', '--short', 'HEAD');
  }

  it('names the commit, and says when a file that is measured differs from it', () => {
    git('init', '--quiet');
    write('product.ts', 'first');
    const commit = commitAll();
    expect(beginRun(folder)).toMatchObject({ commit, isChanged: false });
    write('product.ts', 'second');
    expect(beginRun(folder)).toMatchObject({ commit, isChanged: true });
  });

  it('takes what the run before has saved for no change of what is measured', () => {
    git('init', '--quiet');
    write('README.md', 'tables of long ago');
    const commit = commitAll();
    write('README.md', 'tables of the last run');
    write('bench/peers/README.md', 'tables of the last run');
    write('bench/results/a-run.json', '{}');
    expect(beginRun(folder)).toMatchObject({ commit, isChanged: false });
  });

  it('keeps the commit that it began with, whatever is committed while it measures', () => {
    git('init', '--quiet');
    write('product.ts', 'first');
    const commit = commitAll();
    const beginning = beginRun(folder);
    write('product.ts', 'second');
    expect(commitAll()).not.toBe(commit);
    expect(beginning).toMatchObject({ commit, isChanged: false });
  });

  it('measures a copy of the files without their history as well', () => {
    expect(beginRun(folder)).toMatchObject({ commit: 'unknown', isChanged: false });
  });
});
