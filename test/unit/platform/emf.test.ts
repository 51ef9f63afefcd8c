import { describe, expect, it } from 'vitest';
import { toEmfDocuments, type EmfDocument, type MetricSeries } from '../../../platform/emf.ts';
import { emfProblems } from './emf-schema.ts';

const AT = 1_767_225_630_000;
const words = (series: readonly MetricSeries[]) => toEmfDocuments(series, { stackName: 'orders', timestamp: AT });
const manyValues = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Every value that a metric has in the documents, however they are spread. */
function valuesOf(documents: readonly EmfDocument[], name: string): readonly number[] {
  return documents.flatMap((document) => (document[name] ?? []) as number | number[]);
}

describe('the embedded metric format', () => {
  it('has one document for the metrics of the stack, with a number for one value and a list for more', () => {
    const documents = words([
      { name: 'Heartbeat', unit: 'Count', values: [1] },
      { name: 'Latency', unit: 'Milliseconds', values: [5, 7] },
    ]);
    expect(documents).toEqual([
      {
        _aws: {
          Timestamp: AT,
          CloudWatchMetrics: [
            {
              Namespace: 'StatefulServerless',
              Dimensions: [['Stack']],
              Metrics: [
                { Name: 'Heartbeat', Unit: 'Count' },
                { Name: 'Latency', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        Stack: 'orders',
        Heartbeat: 1,
        Latency: [5, 7],
      },
    ]);
  });

  it('counts what has a dimension also without it, in a document for each value of the dimension', () => {
    const ofKind = (value: string): MetricSeries => ({
      name: 'Faults',
      unit: 'Count',
      dimension: { name: 'FailureKind', value },
      values: [2],
    });
    const documents = words([ofKind('TIMEOUT'), ofKind('TYPE_ERROR')]);
    expect(documents.map(({ FailureKind, Faults }) => [FailureKind, Faults])).toEqual([
      ['TIMEOUT', 2],
      ['TYPE_ERROR', 2],
    ]);
    for (const { _aws } of documents)
      expect(_aws.CloudWatchMetrics[0].Dimensions).toEqual([['Stack'], ['Stack', 'FailureKind']]);
  });

  it('spreads more values than a document may carry over several, and loses none', () => {
    const documents = words([
      { name: 'Latency', unit: 'Milliseconds', values: manyValues(250) },
      { name: 'Heartbeat', unit: 'Count', values: [1] },
    ]);
    expect(documents).toHaveLength(3);
    expect(valuesOf(documents, 'Latency')).toEqual(manyValues(250));
    expect(valuesOf(documents, 'Heartbeat')).toEqual([1]);
  });

  it.each<[string, readonly MetricSeries[], number]>([
    ['nothing', [], 0],
    ['a series without a value', [{ name: 'A', unit: 'Count', values: [] }], 0],
    ['one value', [{ name: 'A', unit: 'Count', values: [0] }], 1],
    ['exactly as many values as fit', [{ name: 'A', unit: 'Milliseconds', values: manyValues(100) }], 1],
    ['one value more than fits', [{ name: 'A', unit: 'Milliseconds', values: manyValues(101) }], 2],
    [
      'exactly as many metrics as fit',
      manyValues(100).map((n) => ({ name: `A${n}`, unit: 'Count', values: [n] }) as const),
      1,
    ],
    [
      'one metric more than fits',
      manyValues(101).map((n) => ({ name: `A${n}`, unit: 'Count', values: [n] }) as const),
      2,
    ],
    [
      'the largest documents there can be',
      manyValues(100).map(
        (n) =>
          ({
            name: `AMetricWithALongName${n}`,
            unit: 'Milliseconds',
            dimension: { name: 'FailureKind', value: 'STORAGE_UNAVAILABLE' },
            values: manyValues(1000).map(() => AT),
          }) as const,
      ),
      10,
    ],
  ])('makes valid documents of %s', (_what, series, count) => {
    const documents = words(series);
    expect(documents).toHaveLength(count);
    expect(documents.flatMap((document) => emfProblems(JSON.stringify(document)))).toEqual([]);
  });
});

describe('the check that these tests make', () => {
  const [document] = words([
    { name: 'A', unit: 'Count', values: [1], dimension: { name: 'FailureKind', value: 'TIMEOUT' } },
  ]);

  it.each([
    ['a metric without a value', { A: undefined }, ['metric A']],
    ['a value that is no number', { A: null }, ['metric A']],
    ['too many values', { A: manyValues(101) }, ['metric A']],
    ['a dimension without a value', { FailureKind: undefined }, ['dimension FailureKind']],
    ['a dimension that is a number', { Stack: 7 }, ['dimension Stack', 'dimension Stack']],
    ['too many bytes', { note: 'x'.repeat(256 * 1024) }, [expect.stringMatching(/^it has \d+ bytes$/)]],
  ])('refuses %s', (_what, change, problems) => {
    expect(emfProblems(JSON.stringify({ ...document, ...change }))).toEqual(problems);
  });
});
