import { byKind, KINDS, type Kind, type MeasuredKind } from './measured.ts';

/** What is committed, and held against each run: per order of a kind. */
export type ExpectedCounts = Readonly<
  Record<
    Kind,
    { readonly requests: Readonly<Record<string, number>>; readonly invocations: number; readonly bytes: number }
  >
>;

export interface CountChange {
  readonly what: string;
  readonly from: number;
  readonly to: number;
}

export interface Comparison {
  /** What makes a run fail. */
  readonly grown: readonly CountChange[];
  /** An improvement that is to be kept: `--update` writes it down. */
  readonly shrunk: readonly CountChange[];
}

/** Logged lines hold durations and memory, whose digits differ from run to run: a count of bytes within this share is the same. */
const SAME_BYTES = 0.02;

export function compareCounts(expected: ExpectedCounts, measured: Readonly<Record<Kind, MeasuredKind>>): Comparison {
  const changes = KINDS.flatMap((kind) => changesOf(kind, expected[kind], measured[kind]));
  return { grown: changes.filter(({ from, to }) => to > from), shrunk: changes.filter(({ from, to }) => to < from) };
}

function changesOf(kind: Kind, expected: ExpectedCounts[Kind], measured: MeasuredKind): readonly CountChange[] {
  const names = new Set([...Object.keys(expected.requests), ...Object.keys(measured.requests)]);
  const change = (what: string, from: number, to: number) =>
    from === to ? [] : [{ what: `${kind}: ${what}`, from, to }];
  const areSameBytes = Math.abs(measured.bytes - expected.bytes) <= expected.bytes * SAME_BYTES;
  return [
    ...[...names].sort().flatMap((name) => change(name, expected.requests[name] ?? 0, measured.requests[name] ?? 0)),
    ...change('PUTs', putsOf(expected.requests), putsOf(measured.requests)),
    ...change('invocations', expected.invocations, measured.invocations),
    ...(areSameBytes ? [] : change('bytes logged', expected.bytes, measured.bytes)),
  ];
}

function putsOf(requests: Readonly<Record<string, number>>): number {
  return Object.entries(requests).reduce((sum, [name, count]) => sum + (name.includes(' PutObject') ? count : 0), 0);
}

export function toExpected(measured: Readonly<Record<Kind, MeasuredKind>>): ExpectedCounts {
  const expectedOf = ({ requests, invocations, bytes }: MeasuredKind) => ({ requests, invocations, bytes });
  return byKind((kind) => expectedOf(measured[kind]));
}
