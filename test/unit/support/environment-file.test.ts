import { describe, expect, it } from 'vitest';
import { parseEnvironmentFile } from '../../integration/control-node/environment-file.ts';

describe('an environment file, as systemd reads it', () => {
  it.each([
    ['takes what is between single quotes as it is', `A='{"b": "c\\d $e # f"}'`, { A: `{"b": "c\\d $e # f"}` }],
    ['loses the quotes of JSON between double ones', `A="{"b":1}"`, { A: '{b":1}"' }],
    ['keeps quotes that are not at the beginning', `A={"b":'c'}`, { A: `{"b":'c'}` }],
    ['takes a backslash away, but for most between double quotes', `A=b\\c\nD="e\\f\\"g"`, { A: 'bc', D: 'e\\f"g' }],
    ['drops spaces around a value and comments that are lines', `# a\n; b\nA=  b c \t\nD=#e`, { A: 'b c', D: '#e' }],
    ['goes on to the next line in quotes and after a backslash', `A='b\nc'\nD=e\\\nf`, { A: 'b\nc', D: 'ef' }],
    ['takes the last of several, and a value of nothing', `A=b\nA=\nC`, { A: '' }],
  ])('%s', (_, text, variables) => {
    expect(parseEnvironmentFile(text)).toEqual(variables);
  });
});
