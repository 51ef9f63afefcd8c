import {
  CONTROL_PREFIX,
  EXECUTIONS_PREFIX,
  FAILURES_PREFIX,
  IDEMPOTENCY_PREFIX,
  INCIDENT_REDRIVES_PREFIX,
  ORDERS_PREFIX,
} from './keys.ts';

/**
 * Where a function that writes no step record leaves what it made: an object whose existence proves that the step
 * succeeded. `{executionId}` in the key stands for the execution's id: `receipts/{executionId}.txt`.
 */
export interface ResultPlace {
  readonly store: 'appStore' | 'stateStorage';
  readonly key: string;
}

const PLACEHOLDER = '{executionId}';
const STORES: readonly string[] = ['appStore', 'stateStorage'] satisfies ResultPlace['store'][];
/** A result there would start functions or read as a fact. In either store, as both names may stand for one bucket. */
const TAKEN_PREFIXES = [
  ORDERS_PREFIX,
  IDEMPOTENCY_PREFIX,
  EXECUTIONS_PREFIX,
  CONTROL_PREFIX,
  FAILURES_PREFIX,
  INCIDENT_REDRIVES_PREFIX,
];
/** What S3 calls safe in a key, so that no encoding of it differs between two programs. */
const SAFE = /^[A-Za-z0-9!_.*'()/-]*$/;
/** S3's limit is 1,024 bytes, and an execution id is longer than its placeholder by 23. */
const MAX_KEY = 1000;

/** The place for one execution. */
export function resultOf({ store, key }: ResultPlace, executionId: string): ResultPlace {
  return { store, key: key.replaceAll(PLACEHOLDER, executionId) };
}

/** What is wrong with a place, in sentences; empty when a result can lie there. */
export function resultPlaceErrors({ store, key }: ResultPlace): readonly string[] {
  const errors: string[] = [];
  const shown = JSON.stringify(key);
  if (!STORES.includes(store))
    errors.push(`its result lies in ${JSON.stringify(store)}, not in ${STORES.join(' or ')}`);
  if (key.split(PLACEHOLDER).length !== 2)
    errors.push(`its result's key ${shown} must contain ${PLACEHOLDER} once, or executions would share it`);
  if (!SAFE.test(key.replaceAll(PLACEHOLDER, '')) || key.startsWith('/') || key.length > MAX_KEY)
    errors.push(
      `its result's key ${shown} must be at most ${MAX_KEY} letters, digits and !_.*'()/- and not begin with a slash`,
    );
  const taken = TAKEN_PREFIXES.find((prefix) => key.startsWith(prefix));
  if (taken !== undefined) errors.push(`its result's key ${shown} lies under ${taken}, which is taken by facts`);
  return errors;
}
