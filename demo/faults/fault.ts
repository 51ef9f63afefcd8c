/**
 * What can be done to a deployed stack from outside, through AWS's own APIs, to make a step fail in a certain way. Plain
 * descriptions: `fault-plan.ts` says which calls put them in and which take them out again.
 */
export type Fault =
  /** Variables of the function's environment set to something else, beside those that the template gives it. */
  | { readonly kind: 'environment'; readonly step: string; readonly variables: Readonly<Record<string, string>> }
  /** Another build of the function deployed in place of the template's. */
  | { readonly kind: 'code'; readonly step: string; readonly build: BrokenBuild }
  /** A Deny for the function's role in the policy of a bucket. */
  | {
      readonly kind: 'denied';
      readonly step: string;
      readonly store: StoreName;
      readonly actions: readonly string[];
      /** Patterns of object keys. */
      readonly keys: readonly string[];
    }
  /** The function's timeout set to something else, in seconds, which the monitor knows nothing of. */
  | { readonly kind: 'timeout'; readonly step: string; readonly timeoutSeconds: number }
  /** A Deny for the role of coordinator and monitor in the policy of a bucket. */
  | {
      readonly kind: 'node-denied';
      readonly store: StoreName;
      readonly actions: readonly string[];
      /** Patterns of object keys. */
      readonly keys: readonly string[];
    }
  /** Reserved concurrency 0: every invocation is throttled. */
  | { readonly kind: 'throttled'; readonly step: string }
  /** The notification that starts the function taken away. */
  | { readonly kind: 'unnotified'; readonly step: string };

export type StoreName = 'appStore' | 'stateStorage';

export const STORE_NAMES: readonly StoreName[] = ['appStore', 'stateStorage'];

/**
 * `type-error`: calls a method that does not exist, once the step is under way. `out-of-memory`: allocates without end
 * then. `module-missing`: imports a module that is not in the package. `late-finisher`: the first attempt pauses until it was
 * given up and then goes on; any other calls a method that does not exist. `reset-once`: the connection of the first attempt is
 * reset; any other goes well.
 */
export type BrokenBuild = 'type-error' | 'out-of-memory' | 'module-missing' | 'late-finisher' | 'reset-once';
