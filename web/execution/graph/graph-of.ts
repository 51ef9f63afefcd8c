/** A step in the workflow's graph, on a grid. */
export interface GraphNode {
  readonly name: string;
  /** How many steps it waits for, one after another: 0 for one that the order starts. */
  readonly depth: number;
  /** Steps of one depth lie in rows; a step lies in the row of the one it waits for, or below. */
  readonly row: number;
  /** How many rows above it the step lies that it waits for. */
  readonly rise: number;
}

interface Waiting {
  readonly name: string;
  readonly after?: string | undefined;
}

/** Lays out a tree: every step comes after the one that it waits for, and each branch but the first begins a row. */
export function graphOf(steps: readonly Waiting[]): readonly GraphNode[] {
  const placed = new Map<string, GraphNode>();
  const continued = new Set<string>();
  let rows = 0;
  for (const { name, after = '' } of steps) {
    const before = placed.get(after);
    const goesOn = rows > 0 && !continued.has(after);
    const row = goesOn ? (before?.row ?? 0) : rows;
    if (!goesOn) rows += 1;
    continued.add(after);
    placed.set(name, { name, depth: (before?.depth ?? -1) + 1, row, rise: row - (before?.row ?? 0) });
  }
  return [...placed.values()];
}
