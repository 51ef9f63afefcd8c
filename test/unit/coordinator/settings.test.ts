import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../coordinator/settings.ts';
import { InvalidEnvironmentError, readEnvironment } from '../../../platform/environment.ts';

const NEEDED = {
  AWS_REGION: 'eu-central-1',
  STACK_NAME: 'orders',
  APP_STORE_BUCKET: 'a',
  STATE_STORAGE_BUCKET: 's',
  LOG_GROUP: 'l',
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readEnvironment(SETTINGS, environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return error.problems;
    throw error;
  }
}

describe("the coordinator's settings", () => {
  it('name everything that is missing at once', () => {
    expect(problemsOf({}).map((problem) => problem.split(' ')[0])).toEqual(Object.keys(NEEDED));
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['LOG_LEVEL', 'verbose'],
    ['ALLOWED_HOSTS', 'orders.example:8080'],
    ['ALLOWED_HOSTS', 'https://orders.example'],
    ['ALLOWED_HOSTS', 'a,,b'],
    ['ALLOWED_HOSTS', '*'],
  ])('refuse %s=%s', (name, value) => {
    expect(problemsOf({ ...NEEDED, [name]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${name} .*expected`)),
    ]);
  });

  it('listen on loopback only unless told otherwise', () => {
    expect(readEnvironment(SETTINGS, NEEDED)).toMatchObject({ HOST: '127.0.0.1', PORT: 8080, ALLOWED_HOSTS: [] });
  });

  it('take a list of host names', () => {
    const { ALLOWED_HOSTS } = readEnvironment(SETTINGS, {
      ...NEEDED,
      ALLOWED_HOSTS: 'orders.example, [fd00::7] ,10.0.0.7',
    });
    expect(ALLOWED_HOSTS).toEqual(['orders.example', '[fd00::7]', '10.0.0.7']);
  });
});
