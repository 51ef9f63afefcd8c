import { expect, test } from 'vitest';
import { Fifo } from '../../../local/lambda/fifo.ts';

test('gives back in order what was put in, also across its own tidying up', () => {
  const fifo = new Fifo<number>();
  const taken: (number | undefined)[] = [];
  for (let n = 0; n < 10_000; n += 1) {
    fifo.push(n);
    if (n % 3 !== 0) taken.push(fifo.take());
  }
  while (fifo.length > 0) taken.push(fifo.take());
  expect(taken).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
  expect(fifo.take()).toBeUndefined();
});
