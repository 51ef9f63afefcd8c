import { expect, it } from 'vitest';
import { countLog } from '../../../bench/requests/count-log.ts';
import { STEP_STARTED } from '../../../workflow/step-log.ts';
import { anExecutionId } from '../../support/an-execution-id.ts';

const requestId = (n: number) => `11111111-2222-4333-8444-${String(n).padStart(12, '0')}`;
const started = (n: number, executionId: string) =>
  `2026-01-01T00:00:00.000Z\t${requestId(n)}\tINFO\t${JSON.stringify({ event: STEP_STARTED, executionId, requestId: requestId(n) })}`;
const lines = (...messages: string[]) => messages.map((message) => ({ message }));
const [first, second] = [anExecutionId({ n: 1 }), anExecutionId({ n: 2 })];

it('bytes are those of all lines of the invocations that began for the order, and 26 more for each line', () => {
  const begin = started(1, first);
  const end = `END RequestId: ${requestId(1)} é`;
  expect(countLog(lines(end, begin, 'INIT_START Runtime Version'), [first])).toEqual({
    invocations: 1,
    bytes: begin.length + end.length + 1 + 2 * 26,
  });
});

it('an invocation counts once, however much it logs, and for its own order', () => {
  const log = lines(
    started(1, first),
    `END ${requestId(1)}`,
    started(2, first),
    started(3, second),
    started(4, second),
  );
  expect(countLog(log, [first, second]).invocations).toBe(2);
});

it('an order of which nothing was logged has nothing', () => {
  expect(countLog(lines(`START RequestId: ${requestId(9)}`), [first])).toEqual({ invocations: 0, bytes: 0 });
});
