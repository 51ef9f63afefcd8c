import { expect, test } from 'vitest';
import { isRunnable, Runtimes } from '../../../local/lambda/runtimes.ts';

const PYTHON = { path: '/opt/python' };

test.for(['python3.8', 'python3.15', 'python3.9x', 'nodejs24', 'java21', 'provided.al2023', ''])(
  'nothing here runs %s',
  (name) => {
    expect(isRunnable(name)).toBe(false);
    expect(() => new Runtimes(() => PYTHON).of(name)).toThrow(
      `Runtime is ${name}; it must be nodejs{major}.x or python3.9 to python3.14.`,
    );
  },
);

test.for([
  ['nodejs20.x', 'nodejs:20.v1'],
  ['python3.9', 'python:3.9.v1'],
  ['python3.14', 'python:3.14.v1'],
] as const)('%s calls itself %s', ([name, version]) => {
  expect(isRunnable(name)).toBe(true);
  expect(new Runtimes(() => PYTHON).of(name).version).toBe(version);
});

test('every Python is the one interpreter, which is looked for once, and not for Node.js', () => {
  let searches = 0;
  const runtimes = new Runtimes(() => {
    searches += 1;
    return PYTHON;
  });
  expect(runtimes.of('nodejs24.x').command(128)[0]).toBe(process.execPath);
  expect(searches).toBe(0);
  for (const name of ['python3.9', 'python3.13']) expect(runtimes.of(name).command(128)[0]).toBe('/opt/python');
  expect(searches).toBe(1);
});

test('a machine without Python is told what is missing', () => {
  const runtimes = new Runtimes(() => ({ missing: 'python3 was not found on the PATH' }));
  expect(() => runtimes.of('python3.13')).toThrow(
    'Runtime is python3.13, and there is no Python to run it: python3 was not found on the PATH.',
  );
});
