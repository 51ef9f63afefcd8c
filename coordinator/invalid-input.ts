import type { Hook } from '@hono/zod-openapi';
import type { Env } from 'hono';
import { problem, ProblemError, type ProblemLocation } from './problem.ts';

/** More would not help anybody to mend a request. */
const MAX_LOCATIONS = 20;
const MAX_NAME_CHARACTERS = 100;

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string;
  readonly keys?: readonly string[];
}

/** What the framework calls after it compared a part of a request with its schema. */
export const refuseInvalidInput: Hook<unknown, Env, string, void> = (result) => {
  if (result.success) return;
  const issues: readonly Issue[] = result.error.issues;
  if (result.target === 'json') {
    const errors = issues.slice(0, MAX_LOCATIONS).flatMap(bodyLocations);
    throw new ProblemError(problem('invalid-body', sentenceOf(errors), { errors }));
  }
  const errors = issues
    .slice(0, MAX_LOCATIONS)
    .map(({ path, message }) => ({ parameter: path.join('.'), detail: message }));
  throw new ProblemError(problem('invalid-request', sentenceOf(errors), { errors }));
};

/** An unknown member is pointed at itself, not at the object that it is in. */
function bodyLocations({ path, message, code, keys }: Issue): readonly ProblemLocation[] {
  if (code !== 'unrecognized_keys' || keys === undefined) return [{ pointer: pointerTo(path), detail: message }];
  return keys
    .slice(0, MAX_LOCATIONS)
    .map((key) => ({ pointer: pointerTo([...path, key]), detail: 'there is no such member' }));
}

/** A JSON pointer as a URI fragment: RFC 6901, section 6. */
export function pointerTo(path: readonly PropertyKey[]): string {
  return `#${path.map((part) => `/${encodeURIComponent(escaped(String(part)))}`).join('')}`;
}

/** Through UTF-8, which has no lone surrogates: encodeURIComponent throws on them. */
function escaped(name: string): string {
  const text = Buffer.from(name.slice(0, MAX_NAME_CHARACTERS)).toString();
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}

function sentenceOf(errors: readonly ProblemLocation[]): string {
  return errors.map(({ pointer, parameter, detail }) => `${pointer ?? parameter}: ${detail}`).join('; ');
}
