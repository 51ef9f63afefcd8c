import { expect, it } from 'vitest';
import { Closers } from '../../../demo/closers.ts';

it('closes the newest first, once, and all though one fails', async () => {
  const closers = new Closers();
  const closed: string[] = [];
  closers.add(() => {
    closed.push('first');
  });
  closers.add(() => Promise.reject(new Error('second')));
  closers.add(async () => {
    closed.push('third');
  });
  await expect(closers.closeAll()).rejects.toThrow('second');
  await closers.closeAll();
  expect(closed).toEqual(['third', 'first']);
});
