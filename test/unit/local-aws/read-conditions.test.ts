import { describe, expect, it } from 'vitest';
import { GOOD_WEATHER } from '../../../local/conditions.ts';
import { readConditions } from '../../../local/read-conditions.ts';

describe('conditions', () => {
  it.each([
    ['fog', /Conditions must be a JSON object, not fog/],
    ['[1]', /Conditions must be a JSON object/],
    ['{"fog":1}', /fog is not one of seed, /],
    ['{"toString":1}', /toString is not one of/],
    ['{"seed":"x"}', /seed must be a whole number/],
    ['{"logLoss":1.1}', /logLoss must be a share between 0 and 1/],
    ['{"eventDelayMs":{"min":5,"max":1}}', /eventDelayMs must be \{"min":…,"max":…\}/],
    ['{"eventDelayMs":3}', /eventDelayMs must be/],
    ['{"fog":1,"logLoss":-1}', /fog .*; logLoss /],
  ])('that are wrong are named: %s', (json, message) => {
    expect(() => readConditions(json)).toThrow(message);
  });

  it('that are not said are good weather', () => {
    expect(readConditions('{}')).toEqual(GOOD_WEATHER);
    const delays = { logDelayMs: { min: 1, max: 2 } };
    expect(readConditions(JSON.stringify({ logLoss: 0.001, ...delays }))).toEqual({
      ...GOOD_WEATHER,
      logLoss: 0.001,
      ...delays,
    });
  });
});
