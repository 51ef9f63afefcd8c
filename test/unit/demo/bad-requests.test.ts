import { describe, expect, it } from 'vitest';
import { badRequests, refusalFaults } from '../../../demo/scenarios/bad-requests.ts';

const [bad] = badRequests('seat');
if (bad === undefined) throw new Error('there is no bad request');
const PROBLEM = {
  status: 422,
  contentType: 'application/problem+json',
  location: undefined,
  body: { title: 'The body is not valid' },
};

describe('the answer to a bad order', () => {
  it('is right when it is a problem document that says why', () => {
    expect(refusalFaults(bad, PROBLEM)).toEqual([]);
  });

  it.each([
    ['takes the order', { ...PROBLEM, status: 202 }, 'expected 4xx'],
    ['blames the server', { ...PROBLEM, status: 500 }, 'expected 4xx'],
    ['is no problem document', { ...PROBLEM, contentType: 'text/html' }, 'application/problem+json'],
    ['does not say why', { ...PROBLEM, body: {} }, 'neither title nor detail'],
    ['has no JSON', { ...PROBLEM, body: 'oops' }, 'neither title nor detail'],
  ])('is wrong when it %s', (_what, answer, hint) => {
    expect(refusalFaults(bad, answer)).toEqual([expect.stringContaining(hint)]);
  });

  it('is asked for with a body of over a megabyte, too', () => {
    expect(Math.max(...badRequests('seat').map(({ body }) => body.length))).toBeGreaterThan(1024 * 1024);
  });
});
