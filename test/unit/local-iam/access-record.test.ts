import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAccessRecord } from '../../../local/iam/access-record.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-record-'));
  file = join(folder, 'access.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const question = (resource: string) => ({
  principal: { arn: 'role/node', policies: [], isRoot: false },
  action: 's3:GetObject',
  resource,
});

it('says where it cannot write', () => {
  expect(() => openAccessRecord(join(folder, 'missing', 'access.jsonl'))).toThrow('ENOENT');
});

it('takes nothing any more once it is closed, and may be closed twice', async () => {
  const record = openAccessRecord(file);
  record.close();
  record.add(question('late'), 'allowed');
  record.close();
  expect(await readFile(file, 'utf8')).toBe('');
});

it('has every decision once it is closed, in the order in which they were made, behind what was there', async () => {
  await writeFile(file, 'earlier\n');
  let now = 7;
  const record = openAccessRecord(file, () => now++);
  record.add(question('a'), 'allowed');
  record.add(question('b'), 'denied');
  record.close();
  expect((await readFile(file, 'utf8')).split('\n')).toEqual([
    'earlier',
    '{"at":7,"principalArn":"role/node","action":"s3:GetObject","resource":"a","verdict":"allowed"}',
    '{"at":8,"principalArn":"role/node","action":"s3:GetObject","resource":"b","verdict":"denied"}',
    '',
  ]);
});

it('keeps a bounded part of a long recording in memory', async () => {
  const record = openAccessRecord(file);
  for (let count = 0; count < 10_000; count += 1) record.add(question(String(count)), 'allowed');
  const written = (await readFile(file, 'utf8')).split('\n').length;
  expect(written).toBeGreaterThan(9_000);
  record.close();
  expect((await readFile(file, 'utf8')).trimEnd().split('\n')).toHaveLength(10_000);
});
