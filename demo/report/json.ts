import type { DemoResult } from '../run.ts';

/** The document of `--json`: one object, without what only the story needs. */
export function toJson({ scenarios, load, invariants, ok }: DemoResult): string {
  const rows = scenarios.map(({ order: _order, notes: _notes, ...row }) => row);
  return JSON.stringify({ scenarios: rows, ...(load && { load }), invariants, ok }, undefined, 2);
}
