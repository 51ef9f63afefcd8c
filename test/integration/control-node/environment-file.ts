/** Between which characters of the file the reader is. */
type Place = 'before-name' | 'comment' | 'name' | 'before-value' | 'bare' | 'single-quotes' | 'double-quotes';

/**
 * An `EnvironmentFile=` as systemd reads it (systemd.exec(5) and the reader that it describes, `env-file.c`): quotes begin
 * only at a value's beginning, what is between single ones stands for itself, and a backslash elsewhere takes the next
 * character as it is. A file that a shell would understand may mean something else here.
 */
export function parseEnvironmentFile(text: string): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  let place: Place = 'before-name';
  let name = '';
  let value = '';
  let isEscaped = false;

  for (const character of `${text}\n`) {
    if (isEscaped) {
      isEscaped = false;
      if (character === '\n') continue;
      // Between double quotes only these lose their backslash.
      value += place === 'double-quotes' && !/["\\$`]/.test(character) ? `\\${character}` : character;
      continue;
    }
    const endsLine = character === '\n' && place !== 'single-quotes' && place !== 'double-quotes';
    if (endsLine) {
      if (place === 'bare') value = value.trimEnd();
      if (place === 'bare' || place === 'before-value') variables[name.trimEnd()] = value;
      [place, name, value] = ['before-name', '', ''];
    } else if (place === 'before-name') {
      if (/[#;]/.test(character)) place = 'comment';
      else if (!/\s/.test(character)) [place, name] = ['name', character];
    } else if (place === 'name') {
      if (character === '=') place = 'before-value';
      else name += character;
    } else if (character === '\\' && place !== 'single-quotes') {
      isEscaped = true;
      if (place === 'before-value') place = 'bare';
    } else if (place === 'before-value') {
      if (character === "'") place = 'single-quotes';
      else if (character === '"') place = 'double-quotes';
      else if (!/\s/.test(character)) [place, value] = ['bare', value + character];
    } else if (character === (place === 'single-quotes' ? "'" : place === 'double-quotes' ? '"' : undefined)) {
      place = 'before-value';
    } else {
      value += character;
    }
  }
  return variables;
}
