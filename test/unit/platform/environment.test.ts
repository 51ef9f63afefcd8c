import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  InvalidEnvironmentError,
  integer,
  json,
  oneOf,
  optional,
  readEnvironment,
  string,
} from '../../../platform/environment.ts';
import type { WrittenEnvironment } from '../../../platform/environment.ts';

const schema = {
  STATE_BUCKET: string(),
  POLL_MS: integer({ min: 100, max: 60_000 }),
  LOG_LEVEL: optional(oneOf(['info', 'warn']), 'info'),
  STEPS: json((value) => {
    if (!Array.isArray(value)) throw new Error('expected a list of steps');
    return value as string[];
  }),
};

const right = { STATE_BUCKET: 'state', POLL_MS: '250', STEPS: '["payment"]' } as const;

function problemsOf(source: Record<string, string | undefined>): readonly string[] {
  try {
    readEnvironment(schema, source);
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) return error.problems;
    throw error;
  }
  return [];
}

describe('readEnvironment', () => {
  it('reports every missing and invalid name at once, with what would be right', () => {
    expect(problemsOf({ POLL_MS: '99', LOG_LEVEL: 'loud', STEPS: '{' })).toEqual([
      'STATE_BUCKET is missing: expected text',
      'POLL_MS is "99": expected a whole number from 100 to 60000',
      'LOG_LEVEL is "loud": expected one of info, warn',
      'STEPS is "{": expected a JSON document',
    ]);
  });

  it('puts every problem into the message', () => {
    expect(() => readEnvironment(schema, {})).toThrow(
      /STATE_BUCKET is missing[^]*POLL_MS is missing[^]*STEPS is missing/,
    );
  });

  it('takes an empty variable for a missing one', () => {
    expect(problemsOf({ ...right, STATE_BUCKET: '' })).toEqual(['STATE_BUCKET is missing: expected text']);
  });

  it.each(['', ' 250', '2.5e2', '0x100', '250.5', 'NaN', '60001', '-100', '9'.repeat(400)])(
    'refuses %j as a number from 100 to 60000',
    (text) => {
      expect(problemsOf({ ...right, POLL_MS: text })).toHaveLength(1);
    },
  );

  it.each(['100', '60000'])('accepts the bound %s', (text) => {
    expect(readEnvironment(schema, { ...right, POLL_MS: text }).POLL_MS).toBe(Number(text));
  });

  it('says what a parser found wrong', () => {
    expect(problemsOf({ ...right, STEPS: '{}' })).toEqual(['STEPS is not valid: expected a list of steps']);
  });

  it('shows no more of a wrong value than is needed to recognise it', () => {
    expect(problemsOf({ ...right, STEPS: 'x'.repeat(5000) })[0]?.length).toBeLessThan(120);
  });

  it('reads typed values and defaults into a frozen record, and nothing else', () => {
    const environment = readEnvironment(schema, { ...right, PATH: '/bin' });
    expect(environment).toEqual({ STATE_BUCKET: 'state', POLL_MS: 250, LOG_LEVEL: 'info', STEPS: ['payment'] });
    expect(Object.isFrozen(environment)).toBe(true);
    expectTypeOf(environment.LOG_LEVEL).toEqualTypeOf<'info' | 'warn'>();
    expectTypeOf(environment.POLL_MS).toEqualTypeOf<number>();
  });

  it('asks the writer for every name without a default, as text', () => {
    expectTypeOf(right).toExtend<WrittenEnvironment<typeof schema>>();
    expectTypeOf<{ STATE_BUCKET: string; POLL_MS: string }>().not.toExtend<WrittenEnvironment<typeof schema>>();
    expectTypeOf<{ LOG_LEVEL: number } & typeof right>().not.toExtend<WrittenEnvironment<typeof schema>>();
  });
});
