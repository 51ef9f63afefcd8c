import type { ComponentChildren } from 'preact';
import type { RequestError } from '../api/requests.ts';

/** Says what went wrong, in the API's own words, to eyes and ears. */
export function ProblemNote({
  problem,
  children,
}: {
  readonly problem: RequestError | undefined;
  readonly children?: ComponentChildren;
}) {
  return (
    <div role="alert" class="alerts">
      {problem && (
        <p class="note bad">
          {problem.message} {children}
        </p>
      )}
    </div>
  );
}
