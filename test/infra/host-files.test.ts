import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needProgram } from '../support/needed-program.ts';
import { renderUserData } from './render-user-data.ts';
import { synthesize } from './synthesize.ts';

const HOST_FILES = fileURLToPath(new URL('../../control-node', import.meta.url));
const UNITS = readdirSync(join(HOST_FILES, 'systemd'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'host-files-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function unit(name: string): string {
  return readFileSync(join(HOST_FILES, 'systemd', name), 'utf8');
}

describe('the scripts of the control node', () => {
  const scripts = readdirSync(HOST_FILES).filter((name) => name.endsWith('.sh'));

  it.for(scripts)('%s has no finding of shellcheck', (script, context) => {
    needProgram(context, 'shellcheck');
    const { stdout, status } = spawnSync('shellcheck', [join(HOST_FILES, script)], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });

  it('have no finding of shellcheck as user data, below the header of the stack', (context) => {
    needProgram(context, 'shellcheck');
    const input = renderUserData(synthesize(), (reference) => reference);
    const { stdout, status } = spawnSync('shellcheck', ['-'], { input, encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

describe('the units of the control node', () => {
  it('are understood by systemd', (context) => {
    needProgram(context, 'systemd-analyze');
    for (const name of UNITS) {
      // systemd looks whether the programs are there, and Node 24 and logrotate are only on the host.
      const text = unit(name).replace(/^ExecStart=\S+/m, 'ExecStart=/bin/sh');
      writeFileSync(join(folder, name), text);
    }
    const { stderr, status } = spawnSync('systemd-analyze', ['verify', ...UNITS.map((name) => join(folder, name))], {
      env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each([
    ['coordinator', 8080, 5],
    ['monitor', 8081, 10],
  ])('let %s answer on loopback and end by itself before it is killed', (name, port, ownLimitS) => {
    const text = unit(`${name}.service`);
    expect(text).toContain(`Environment=HOST=127.0.0.1 PORT=${port}\n`);
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(ownLimitS);
    const main = readFileSync(new URL(`../../${name}/main.ts`, import.meta.url), 'utf8').replaceAll('_', '');
    expect(Number(/const SHUTDOWN\w*MS = (\d+)/.exec(main)?.[1])).toBe(ownLimitS * 1000);
  });

  it.each(['coordinator', 'monitor'])(
    'restart %s whatever it dies of, and give the host up when that does not help',
    (name) => {
      const text = unit(`${name}.service`);
      expect(text).toMatch(/^Restart=always$/m);
      expect(text).toMatch(/^OnFailure=replace-node\.service$/m);
      const of = (setting: string) => Number(new RegExp(`^${setting}=(\\d+)$`, 'm').exec(text)?.[1]);
      // Dying at once has to use up the starts within the interval, or nobody would ever give up.
      expect(of('StartLimitBurst') * (of('RestartSec') + 1)).toBeLessThan(of('StartLimitIntervalSec'));
    },
  );

  it.each(['coordinator', 'monitor'])('leave room for Node beside the heap of %s', (name) => {
    const text = unit(`${name}.service`);
    const heapMb = Number(/--max-old-space-size=(\d+) /.exec(text)?.[1]);
    const limitMb = Number(/^MemoryMax=(\d+)M$/m.exec(text)?.[1]);
    expect(limitMb - heapMb).toBeGreaterThanOrEqual(96);
  });
});

describe('the logs of the control node', () => {
  interface Source {
    readonly file_path: string;
    readonly log_group_name: string;
    readonly log_stream_name: string;
  }
  const sources = (
    JSON.parse(readFileSync(join(HOST_FILES, 'amazon-cloudwatch-agent.json'), 'utf8')) as {
      logs: { logs_collected: { files: { collect_list: readonly Source[] } } };
    }
  ).logs.logs_collected.files.collect_list;

  it('go to one group, a stream for each instance and writer', () => {
    expect(new Set(sources.map(({ log_group_name }) => log_group_name))).toEqual(new Set(['@NODE_LOG_GROUP@']));
    expect(sources.map(({ log_stream_name }) => log_stream_name)).toEqual([
      '{instance_id}/coordinator',
      '{instance_id}/monitor',
      '{instance_id}/replace-node',
      '{instance_id}/user-data',
    ]);
  });

  it('are read from the files that the units write, and those are rotated', () => {
    const written = UNITS.flatMap((name) =>
      [...unit(name).matchAll(/^StandardOutput=append:(.+)$/gm)].map((m) => m[1]),
    );
    expect(written.toSorted()).toEqual(
      sources.map(({ file_path }) => file_path).filter((path) => !path.includes('cloud-init')),
    );
    for (const path of written) expect(path).toMatch(/^\/var\/log\/stateful-serverless\/[a-z-]+\.log$/);
    expect(readFileSync(join(HOST_FILES, 'logrotate.conf'), 'utf8')).toContain('/var/log/stateful-serverless/*.log {');
  });
});
