import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countPeakCalls } from '../../../chaos/resume/count-calls.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'count-calls-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('counts the busiest second of each action, of those who are to be counted', async () => {
  const file = join(folder, 'access.jsonl');
  const decision = (at: number, action: string, principalArn = 'role/node') =>
    `${JSON.stringify({ at, principalArn, action, resource: 'x', verdict: 'allowed' })}\n`;
  const [get, put] = ['s3:GetObject', 's3:PutObject'];
  const node = [decision(1_000, get), decision(1_999, get), decision(2_000, get), decision(2_500, put)];
  const others = Array.from({ length: 5 }, () => decision(2_600, get, 'role/payment'));
  await writeFile(file, [...node, ...others, decision(9_000, put), decision(9_001, get)].join(''));
  expect(await countPeakCalls(file, (arn) => arn === 'role/node')).toEqual({ [get]: 2, [put]: 1 });
});
