import { describe, expect, it } from 'vitest';
import { resultOf, resultPlaceErrors, type ResultPlace } from '../../../workflow/result-place.ts';
import { EXECUTION } from './builders.ts';

const errorsOf = (place: Partial<ResultPlace>) =>
  resultPlaceErrors({ store: 'appStore', key: 'receipts/{executionId}.txt', ...place }).join('; ');

describe('the place of a result', () => {
  it.each<[string, Partial<ResultPlace>, RegExp]>([
    ['in a bucket that the monitor does not read', { store: 'attic' as never }, /lies in "attic", not in appStore or/],
    ['the same for every execution', { key: 'receipt.txt' }, /must contain \{executionId\} once/],
    ['with another placeholder', { key: '{step}/{executionId}' }, /letters, digits/],
    ['with the id twice', { key: '{executionId}/{executionId}' }, /once/],
    ['without a key', { key: '' }, /must contain/],
    ['where an order would lie', { key: 'orders/{executionId}.json' }, /lies under orders\/, which is taken/],
    ['among the facts', { key: 'executions/{executionId}/pay.json' }, /lies under executions\//],
    [
      'among the facts, were both stores one bucket',
      { store: 'stateStorage', key: 'orders/{executionId}' },
      /orders\//,
    ],
    ['with what the monitor remembers', { key: 'control/{executionId}.json' }, /lies under control\//],
    ['in the index of failures', { key: 'failures/{executionId}.json' }, /lies under failures\//],
    ['with requests to redrive', { key: 'incident-redrives/{executionId}.json' }, /lies under incident-redrives\//],
    ['among the idempotency keys', { key: 'idempotency/{executionId}.json' }, /lies under idempotency\//],
    ['behind a slash', { key: '/{executionId}' }, /not begin with a slash/],
    ['with characters that are encoded in two ways', { key: 'a b+c/{executionId}' }, /letters, digits/],
    ['longer than a key may be', { key: `${'a'.repeat(1000)}{executionId}` }, /at most 1000/],
  ])('cannot be %s', (_what, place, message) => {
    expect(errorsOf(place)).toMatch(message);
  });

  it('may be any other key in either store', () => {
    expect(errorsOf({})).toBe('');
    expect(errorsOf({ store: 'stateStorage', key: 'thumbnails/orders/{executionId}.json' })).toBe('');
  });

  it('is one of its own for each execution', () => {
    const place = { store: 'appStore', key: 'receipts/{executionId}.txt' } as const;
    expect(resultOf(place, EXECUTION)).toEqual({ store: 'appStore', key: `receipts/${EXECUTION}.txt` });
  });
});
