import { describe, expect, test } from 'vitest';
import { parseFilterPattern } from '../../../local/logs/filter-pattern.ts';

const REPORT = 'REPORT RequestId: 4725a167\tDuration: 3.00 ms\tStatus: timeout\n';
const THROWN = '2026-01-01T00:00:00.000Z\t4725a167\tERROR\tInvoke Error \t{"errorType":"TypeError"}\n';
const FAILED = '{"type":"platform.report","record":{"status":"timeout","metrics":{"durationMs":5000}},"level":"ERROR"}';

describe('text patterns', () => {
  test.for([
    ['', THROWN, true],
    ['ERROR', THROWN, true],
    ['invoke', THROWN, false],
    ['ERROR Invoke', THROWN, true],
    ['ERROR REPORT', THROWN, false],
    ['"Invoke Error"', THROWN, true],
    ['"Error Invoke"', THROWN, false],
    ['?"REPORT RequestId" ?"Invoke Error"', REPORT, true],
    ['?"REPORT RequestId" ?"Invoke Error"', THROWN, true],
    ['?"REPORT RequestId" ?"Invoke Error"', 'START RequestId', false],
    ['ERROR -Invoke', THROWN, false],
    ['ERROR -"Task timed out"', THROWN, true],
    ['-ERROR', REPORT, true],
    ['ERROR ?REPORT', REPORT, false],
    ['"{\\"errorType\\":\\"TypeError\\"}"', THROWN, true],
  ] as const)('%s on a line', ([pattern, message, matches]) => {
    expect(parseFilterPattern(pattern)(message)).toBe(matches);
  });

  test.for([
    ['Status: error', /put it in double quotes/],
    ['%ERR.*%', /Regular expressions/],
    ['[ip, user]', /Space-delimited/],
    ['"never closed', /no term at character 0/],
  ] as const)('%s is refused, saying why', ([pattern, message]) => {
    expect(() => parseFilterPattern(pattern)).toThrow(message);
  });
});

describe('JSON patterns', () => {
  test.for([
    ['{ $.type = "platform.report" }', FAILED, true],
    ['{ $.type = "platform.*" }', FAILED, true],
    ['{ $.type = platform.report }', FAILED, true],
    ['{ $.type != "platform.report" }', FAILED, false],
    ['{ $.level = "WARN" || ($.type = "platform.report" && $.record.status = "timeout") }', FAILED, true],
    ['{ $.record.metrics.durationMs >= 5000 && $.record.metrics.durationMs < 5001 }', FAILED, true],
    ['{ $.record.metrics.durationMs = 5000 }', FAILED, true],
    ['{ $.record = "timeout" }', FAILED, false],
    ['{ $.record != "timeout" }', FAILED, false],
    ['{ $.missing != "x" }', FAILED, false],
    ['{ $.record.status EXISTS }', FAILED, true],
    ['{ $.record.errorType NOT EXISTS }', FAILED, true],
    ['{ $.a = "q\\q\\"" }', '{"a":"qq\\""}', true],
    ['{ $.a IS NULL }', '{"a":null}', true],
    ['{ $.a IS TRUE }', '{"a":true}', true],
    ['{ $.a[1].b = 2 }', '{"a":[1,{"b":2}]}', true],
    ['{ $.level = "ERROR" }', THROWN, false],
    ['{ $.level = "ERROR" }', '{"level":"ERROR"', false],
  ] as const)('%s', ([pattern, message, matches]) => {
    expect(parseFilterPattern(pattern)(message)).toBe(matches);
  });

  test.for([
    ['{ $.a = }', /a number or a string expected, } found/],
    ['{ $.a = 1', /ends too early/],
    ['{ a = 1 }', /a selector such as \$\.level expected, a found/],
    ['{ $.a LIKE 1 }', /the operator LIKE is not one of/],
    ['{ $.a = %x% }', /regular expressions/],
    ['{ $.a = 1 } more', /after the closing brace/],
  ] as const)('%s is refused, saying why', ([pattern, message]) => {
    expect(() => parseFilterPattern(pattern)('{"a":1}')).toThrow(message);
  });
});
