import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../coordinator/settings.ts';
import type { NodeEnvironment } from '../../lib/control-node/node-environment.ts';
import { userDataLines } from '../../lib/control-node/user-data.ts';
import { readMonitorEnvironment } from '../../monitor/read-environment.ts';
import { readEnvironment } from '../../platform/environment.ts';
import { renderUserData } from './render-user-data.ts';
import { synthesize } from './synthesize.ts';

const EC2_LIMIT_BYTES = 16 * 1024;
/** Longer than any name that AWS makes here: a log group's may have 512 characters, the others 64 to 128. */
const LONGEST_NAME = 'n'.repeat(512);

/** What the header's `export NAME='value'` lines set. */
function inputsOf(userData: string): Readonly<Record<string, string>> {
  return Object.fromEntries([...userData.matchAll(/^export ([A-Z_]+)='([^']*)'$/gm)].map((m) => [m[1], m[2]]));
}

describe('the user data', () => {
  it.each(['dev', 'prod', 'laptop'] as const)('of %s fits into what EC2 takes, with the longest names', (stage) => {
    const userData = renderUserData(synthesize(stage), () => LONGEST_NAME);
    expect(userData).toContain(LONGEST_NAME);
    expect(Buffer.byteLength(userData)).toBeLessThan(EC2_LIMIT_BYTES);
  });

  it('refuses a value that could not stand in its quotes', () => {
    const stack = new Stack(new App(), 'any');
    const options = { codeUrl: 's3://b/k', logGroupName: 'g', groupLogicalId: 'G' };
    const withName = (STACK_NAME: string) => ({ ...options, environment: { STACK_NAME } as NodeEnvironment });
    for (const name of ["it's", 'back\\slash', 'two\nlines'])
      expect(() => userDataLines(stack, withName(name))).toThrow('STACK_NAME cannot be given to the control node');
    expect(userDataLines(stack, withName('plain'))[0]).toBe("export STACK_NAME='plain'");
  });

  it('gives coordinator and monitor an environment that both read', () => {
    const inputs = inputsOf(renderUserData(synthesize(), (reference) => reference.replace(/^AWS::/, '')));
    const names = inputs['ENVIRONMENT_NAMES']?.split(' ') ?? [];
    const environment = Object.fromEntries(names.map((name) => [name, inputs[name]]));
    expect(readEnvironment(SETTINGS, environment)).toMatchObject({
      AWS_REGION: 'Region',
      STACK_NAME: 'stateful-serverless-dev',
    });
    expect(readMonitorEnvironment(environment)).toMatchObject({
      EVIDENCE_SLACK_MS: 120_000,
      STEP_FUNCTIONS: { payment: { timeoutMs: 10_000 } },
    });
  });

  it('gives them nothing that neither reads', () => {
    const inputs = inputsOf(renderUserData(synthesize(), (reference) => reference));
    for (const name of inputs['ENVIRONMENT_NAMES']?.split(' ') ?? []) {
      const rest = inputs['ENVIRONMENT_NAMES']!.split(' ').filter((other) => other !== name);
      const environment = Object.fromEntries(rest.map((other) => [other, inputs[other]]));
      // Who reads it misses it, or at least does not take anything for it.
      const wrong = [environment, { ...environment, [name]: 'neither this' }];
      const readers = wrong.flatMap((each) => [
        () => readEnvironment(SETTINGS, each),
        () => readMonitorEnvironment(each),
      ]);
      expect(readers.some((read) => complains(read, name))).toBe(true);
    }
  });
});

function complains(read: () => unknown, name: string): boolean {
  try {
    read();
    return false;
  } catch (error) {
    return error instanceof Error && error.message.includes(name);
  }
}
