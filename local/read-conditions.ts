import { GOOD_WEATHER, type Conditions, type Range } from './conditions.ts';

/** Conditions that may be changed while the local AWS runs: the services read each field anew. */
export type ChangingConditions = { -readonly [Name in keyof Conditions]: Conditions[Name] };

/**
 * Reads conditions from JSON, for instance `{"logLoss":0.001,"logDelayMs":{"min":0,"max":500}}`; what is not said stays
 * good weather. Throws an error that names each field that is unknown or out of range, and what would be right.
 */
export function readConditions(json: string): ChangingConditions {
  const given = parse(json);
  const faults = Object.entries(given).flatMap(([name, value]) => {
    if (!Object.hasOwn(GOOD_WEATHER, name)) {
      return [`${name} is not one of ${Object.keys(GOOD_WEATHER).join(', ')}`];
    }
    if (name === 'seed') return Number.isSafeInteger(value) ? [] : [`seed must be a whole number`];
    if (name.endsWith('Ms')) return isRange(value) ? [] : [`${name} must be {"min":…,"max":…} with 0 <= min <= max`];
    return isShare(value) ? [] : [`${name} must be a share between 0 and 1`];
  });
  if (faults.length > 0) throw new Error(`Conditions: ${faults.join('; ')}.`);
  return { ...GOOD_WEATHER, ...(given as Partial<Conditions>) };
}

function parse(json: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new Error(`Conditions must be a JSON object, not ${json.slice(0, 100)}`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error(`Conditions must be a JSON object, not ${json.slice(0, 100)}`);
}

function isRange(value: unknown): value is Range {
  if (typeof value !== 'object' || value === null) return false;
  const { min, max } = value as Partial<Range>;
  return typeof min === 'number' && typeof max === 'number' && min >= 0 && max >= min;
}

function isShare(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
