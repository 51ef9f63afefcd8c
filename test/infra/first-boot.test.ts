import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { renderUserData } from './render-user-data.ts';
import { synthesize } from './synthesize.ts';

/**
 * The user data, run for real below a folder of its own. The programs of the host are stand-ins that write down how they
 * were called; one that is to fail n times finds n in a file of its name.
 */
const STAND_IN = `#!/bin/bash
name=\${0##*/}
echo "$name $*" >>"$ROOT/calls"
if [[ $name == timeout ]]; then
  while [[ $1 == --* ]]; do shift; done
  shift
  exec "$@"
fi
case "$name $*" in
  *readyz) name=readyz ;;
  *signal-resource*) name=signal ;;
esac
failures=$(cat "$ROOT/failing/$name" 2>/dev/null || echo 0)
if ((failures > 0)); then
  echo $((failures - 1)) >"$ROOT/failing/$name"
  echo "$name fails"
  exit 1
fi
case "$name $*" in
  'unzip '*) cp -r "$ROOT/archive/." "$ROOT/opt/stateful-serverless/" ;;
  'readyz '*) echo '{"status":"ready"}' ;;
  'curl '*instance-id) echo i-0123456789abcdef0 ;;
  'systemctl is-failed '*) [[ -e $ROOT/has-failed-units ]] ;;
esac
`;
const IN_PATH = ['aws', 'curl', 'dnf', 'journalctl', 'sleep', 'systemctl', 'timeout', 'unzip'];
const ELSEWHERE = ['opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl'];
const ALWAYS = 999;
const GIVE_UP_AFTER_S = 600;
/** From the stack; it begins when CloudFormation asks for the instance, which takes a minute or two to come to its user data. */
const SIGNAL_TIMEOUT_S = 15 * 60;
const LAUNCH_S = 120;

let root: string;
beforeEach((context: TestContext) => {
  context.skip(process.platform !== 'linux', 'the host is a Linux, and its tools differ elsewhere');
  root = mkdtempSync(join(tmpdir(), 'first-boot-'));
  for (const file of [...IN_PATH.map((name) => `bin/${name}`), ...ELSEWHERE]) {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), STAND_IN, { mode: 0o755 });
  }
  mkdirSync(join(root, 'failing'));
  mkdirSync(join(root, 'etc/systemd/system'), { recursive: true });
  cpSync(fileURLToPath(new URL('../../control-node', import.meta.url)), join(root, 'archive'), { recursive: true });
});
afterEach(() => {
  if (root !== undefined) rmSync(root, { recursive: true, force: true });
});

function failing(name: string, times: number): void {
  writeFileSync(join(root, 'failing', name), String(times));
}

/** `giveUpAfterS`: 0, so that the first failure is the last try. */
function boot({ giveUpAfterS = GIVE_UP_AFTER_S } = {}) {
  const script = renderUserData(synthesize(), (reference) => reference.replace(/^AWS::/, ''))
    .replaceAll(/(?<=^|[ "=:])\/(opt|etc|var)\//gm, `${root}/$1/`)
    .replace(`GIVE_UP_AFTER_S=${GIVE_UP_AFTER_S}`, `GIVE_UP_AFTER_S=${giveUpAfterS}`);
  const { status, stdout, stderr } = spawnSync('bash', ['-s'], {
    input: script,
    env: { PATH: `${root}/bin:/usr/sbin:/usr/bin:/sbin:/bin`, ROOT: root },
    encoding: 'utf8',
  });
  const calls = readFileSync(join(root, 'calls'), 'utf8').replaceAll(root, '').trim().split('\n');
  return { status, output: stdout + stderr, calls };
}

function signalled(status: string): string {
  return (
    'aws cloudformation signal-resource --stack-name stateful-serverless-dev ' +
    `--logical-resource-id ControlNodeGroupASG910FC204 --unique-id i-0123456789abcdef0 --status ${status}`
  );
}

describe('the first boot of a control node', () => {
  it('says at once that it failed, and why, when the code cannot be fetched', () => {
    failing('aws', ALWAYS);
    const { status, output, calls } = boot({ giveUpAfterS: 0 });
    expect(status).toBe(1);
    expect(output).toContain("This node did not come up: 'fetch the code' ended with exit code 1");
    expect(calls.some((call) => call.startsWith('systemctl enable'))).toBe(false);
    expect(calls.at(-2)).toBe(signalled('FAILURE'));
    expect(calls.at(-1)).toBe('systemctl poweroff');
  });

  it('shows the last answer and the journal when coordinator or monitor does not become ready', () => {
    failing('readyz', ALWAYS);
    const { status, output, calls } = boot({ giveUpAfterS: 0 });
    expect(status).toBe(1);
    expect(output).toContain('coordinator.service is not ready');
    expect(output).toContain('Last answer of /readyz: readyz fails');
    expect(calls.some((call) => call.startsWith('journalctl') && call.includes('--unit monitor'))).toBe(true);
    // What was printed has to be sent before the node ends.
    expect(calls.indexOf('sleep 15')).toBeLessThan(calls.indexOf(signalled('FAILURE')));
  });

  it('does not wait for what systemd has given up', () => {
    failing('readyz', ALWAYS);
    writeFileSync(join(root, 'has-failed-units'), '');
    const { status, output, calls } = boot();
    expect(status).toBe(1);
    expect(output).toContain('coordinator.service keeps dying.');
    expect(calls).toContain(signalled('FAILURE'));
  });

  it('is not over when something was given up just after it had been ready', () => {
    writeFileSync(join(root, 'has-failed-units'), '');
    const { status, calls } = boot();
    expect(status).toBe(1);
    expect(calls).not.toContain(signalled('SUCCESS'));
  });

  it('alone ends a node that did not come up: the units do not ask for its replacement as well', () => {
    failing('readyz', ALWAYS);
    boot({ giveUpAfterS: 0 });
    expect(existsSync(join(root, 'var/lib/stateful-serverless/came-up'))).toBe(false);
  });

  it.each([
    ['the packages', 'dnf'],
    ['the code', 'aws'],
    ['the processes', 'readyz'],
  ])(
    'is heard by CloudFormation in time though %s came only at the end of its patience, or never',
    (_what, program) => {
      failing(program, ALWAYS);
      const { calls } = boot({ giveUpAfterS: 0 });
      expect(calls.at(-2)).toBe(signalled('FAILURE'));
      // What may still be under way when it gives up: all that it waits for after that, each for as long as it may take.
      const seconds = calls.map((call) =>
        Number(/^(?:timeout (?:--\S+ )*|sleep |curl .*--max-time )(\d+)/.exec(call)?.[1] ?? 0),
      );
      const leftS = seconds.reduce((sum, each) => sum + each, 0);
      expect(leftS).toBeGreaterThan(75);
      expect(GIVE_UP_AFTER_S + leftS).toBeLessThan(SIGNAL_TIMEOUT_S - LAUNCH_S);
    },
  );

  it.each([
    ['its time', GIVE_UP_AFTER_S, '240'],
    ['no more than a moment once it has given up', 0, '10'],
  ])('gives a try %s', (_what, giveUpAfterS, seconds) => {
    const tries = boot({ giveUpAfterS }).calls.flatMap(
      (call) => /^timeout --kill-after=5 (\d+) (dnf|aws s3)/.exec(call)?.slice(1) ?? [],
    );
    expect(tries).toEqual([seconds, 'dnf', seconds, 'aws s3']);
  });

  it('can say so when nothing could be installed', () => {
    failing('dnf', ALWAYS);
    const { output, calls } = boot({ giveUpAfterS: 0 });
    expect(calls.at(-2)).toBe(signalled('FAILURE'));
    expect(output).toContain("'install packages' ended with exit code 1");
    expect(calls.at(-1)).toBe('systemctl poweroff');
  });

  it('tries again what the network or a young role refused', () => {
    failing('dnf', 2);
    failing('aws', 3);
    const { status, calls } = boot();
    expect(status).toBe(0);
    expect(calls.filter((call) => call.startsWith('aws s3 cp'))).toHaveLength(4);
    expect(calls.at(-1)).toBe(signalled('SUCCESS'));
  });

  it('comes up also when no deployment waits for it', () => {
    failing('signal', ALWAYS);
    const { status, output, calls } = boot();
    expect(status).toBe(0);
    expect(output).toContain('CloudFormation did not take the signal.');
    expect(calls).not.toContain('systemctl poweroff');
  });

  it('ships logs before it starts anything, and signals last', () => {
    const { status, calls } = boot();
    expect(status).toBe(0);
    const at = (beginning: string) => calls.findIndex((call) => call.startsWith(beginning));
    const order = [
      'dnf',
      'aws s3 cp',
      'unzip',
      'amazon-cloudwatch-agent-ctl',
      'systemctl enable',
      'curl --silent --show-error --fail-with-body',
      'aws cloudformation',
    ];
    expect(order.map(at)).toEqual(order.map(at).toSorted((a, b) => a - b));
    expect(order.map(at)).not.toContain(-1);
    expect(calls.filter((call) => call.startsWith('curl')).join()).toMatch(/:8080\/readyz.*:8081\/readyz/);
    expect(calls.at(-1)).toBe(signalled('SUCCESS'));
  });

  it('writes the environment as systemd reads it, JSON and all', () => {
    boot();
    const lines = readFileSync(join(root, 'etc/stateful-serverless/environment'), 'utf8').trim().split('\n');
    expect(lines).toContain("AWS_REGION='Region'");
    const value = lines.find((line) => line.startsWith('STEP_FUNCTIONS='))?.slice("STEP_FUNCTIONS='".length, -1);
    expect(JSON.parse(value ?? '')).toMatchObject({ payment: { timeoutMs: 10_000 } });
  });

  it('names the log group to the agent', () => {
    boot();
    const file = join(root, 'etc/stateful-serverless/amazon-cloudwatch-agent.json');
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('@');
    expect(text.match(/"log_group_name": "ControlNodeLogsGroup86E4DF6F"/g)).toHaveLength(4);
  });
});
