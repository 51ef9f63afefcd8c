import { RecentMap } from '../../platform/recent-map.ts';
import type { ExecutionStore } from '../../storage/execution-store.ts';
import type { WorkflowDefinition } from '../../workflow/definition.ts';
import { readExecutionEnd, readSuccess, type ExecutionEnd } from './execution-end.ts';

export interface ExecutionEndsOptions {
  readonly store: Pick<ExecutionStore, 'stateStorage'>;
  readonly definition: WorkflowDefinition;
}

/** About 100 bytes each. At a hundred orders a second, those of more than three minutes: the stock's housekeeping asks after two. */
const MAX_REMEMBERED = 40_000;

/**
 * How executions ended, each read once: the sweep asks first, the stock's housekeeping some minutes later. What is
 * remembered stands in facts that are never written again; what is not is read.
 */
export class ExecutionEnds {
  readonly #options: ExecutionEndsOptions;
  readonly #ended = new RecentMap<string, ExecutionEnd>(MAX_REMEMBERED);

  constructor(options: ExecutionEndsOptions) {
    this.#options = options;
  }

  /** `undefined` while it runs. */
  async of(executionId: string): Promise<ExecutionEnd | undefined> {
    const { store, definition } = this.#options;
    return (
      this.#ended.get(executionId) ??
      this.#remember(executionId, await readExecutionEnd(store, definition, executionId))
    );
  }

  /** Reads no more than tells a success. */
  async hasSucceeded(executionId: string): Promise<boolean> {
    const { store, definition } = this.#options;
    const known = this.#ended.get(executionId);
    if (known !== undefined) return known.status === 'SUCCEEDED';
    return this.#remember(executionId, await readSuccess(store, definition, executionId)) !== undefined;
  }

  #remember(executionId: string, end: ExecutionEnd | undefined): ExecutionEnd | undefined {
    if (end !== undefined) this.#ended.set(executionId, end);
    return end;
  }
}
