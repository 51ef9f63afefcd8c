export interface Marks {
  readonly begin: string;
  readonly end: string;
}

/** Puts tables in place of the last ones, between two marks of a Markdown text. @throws Error of a text that has no place for them. */
export function withTables(markdown: string, tables: string, { begin, end }: Marks): string {
  const [before, rest] = splitAt(markdown, begin);
  const [, after] = splitAt(rest, end);
  return `${before}${begin}\n\n\`\`\`\n${tables.trimEnd()}\n\`\`\`\n\n${end}${after}`;
}

function splitAt(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`there is no place for results: ${mark} is missing`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
