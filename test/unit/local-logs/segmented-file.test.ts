import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SegmentedFile } from '../../../local/logs/segmented-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'segments-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function open(): { readonly file: SegmentedFile; readonly records: unknown[]; readonly torn: number } {
  const records: unknown[] = [];
  const file = new SegmentedFile({ folder, segmentBytes: 40 });
  const torn = file.open((record) => records.push(record));
  return { file, records, torn };
}

test('a successor reads every record in order, although nobody closed the file', () => {
  const { file } = open();
  for (let n = 0; n < 20; n += 1) file.append({ n });
  expect(open().records).toEqual(Array.from({ length: 20 }, (_, n) => ({ n })));
});

test('a record that was cut in half is counted and skipped, and hides no later one', () => {
  open().file.append({ n: 1 });
  const [segment = ''] = readdirSync(folder);
  appendFileSync(join(folder, segment), '{"n":2');
  const second = open();
  expect(second.torn).toBe(1);
  second.file.append({ n: 3 });
  expect(open().records).toEqual([{ n: 1 }, { n: 3 }]);
});

test('a dropped segment is gone from the disk, and the one being written cannot be dropped', () => {
  const { file } = open();
  for (let n = 0; n < 20; n += 1) file.append({ n });
  const segments = file.segments();
  for (const segment of segments.slice(0, -1)) file.drop(segment);
  expect(readdirSync(folder)).toHaveLength(1);
  expect(() => file.drop(segments.at(-1) ?? 0)).toThrow(/is being written/);
  expect(file.totalBytes()).toBeLessThan(40);
});
