import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Contestant } from '../../../../bench/peers/contestant.ts';
import { loadsOf } from '../../../../bench/peers/loads.ts';
import { measureInTurn } from '../../../../bench/peers/measure-in-turn.ts';
import { aMeasuredRound } from './a-measured-round.ts';

const options = {
  rounds: 2,
  loads: loadsOf(100),
  hostEnvironment: {},
  progress: { show: () => undefined, say: () => undefined, end: () => undefined },
  signal: new AbortController().signal,
};

const contestant = (name: string, measureRound: Contestant['measureRound']): Contestant => ({
  name,
  what: name,
  isPeer: false,
  measureRound,
});

it('everybody has a first round before anybody has a second, in a folder that is gone afterwards', async () => {
  const turns: string[] = [];
  const folders: string[] = [];
  const taking = (name: string) =>
    contestant(name, async ({ folder }) => {
      turns.push(name);
      folders.push(folder);
      expect(existsSync(folder)).toBe(true);
      return aMeasuredRound();
    });
  const measured = await measureInTurn({ ...options, contestants: [taking('a'), taking('b')] });
  expect(turns).toEqual(['a', 'b', 'a', 'b']);
  expect(new Set(folders).size).toBe(4);
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  expect(Object.entries(measured).map(([name, rounds]) => [name, rounds.length])).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
});

it('a round that fails ends the run and leaves no folder', async () => {
  let left = '';
  const failing = contestant('a', async ({ folder }) => {
    left = folder;
    throw new Error('it does not start');
  });
  await expect(measureInTurn({ ...options, contestants: [failing] })).rejects.toThrow('it does not start');
  expect(left).not.toBe('');
  expect(existsSync(left)).toBe(false);
});

it('nobody begins once it is interrupted', async () => {
  const interrupt = new AbortController();
  const turns: string[] = [];
  const interrupted = contestant('a', async () => {
    turns.push('a');
    interrupt.abort(new Error('interrupted'));
    return aMeasuredRound();
  });
  const measuring = measureInTurn({ ...options, signal: interrupt.signal, contestants: [interrupted, interrupted] });
  await expect(measuring).rejects.toThrow('interrupted');
  expect(turns).toEqual(['a']);
});
