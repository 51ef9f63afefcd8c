/** One member of a state, before and after it was undone. */
export interface Change {
  readonly name: string;
  /** JSON, or nothing where there was no such member. */
  readonly before: string;
  readonly after: string;
  readonly isChanged: boolean;
}

/** What of two states differs, member by member; what is no object is shown whole. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  if (!isRecord(before) || !isRecord(after)) return [changeOf('', before, after)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.map((name) => changeOf(name, ownMember(before, name), ownMember(after, name)));
}

function changeOf(name: string, before: unknown, after: unknown): Change {
  const [from, to] = [textOf(before), textOf(after)];
  return { name, before: from, after: to, isChanged: from !== to };
}

function ownMember(record: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
