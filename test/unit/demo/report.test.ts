import { describe, expect, it } from 'vitest';
import { seconds } from '../../../demo/report/durations.ts';
import { toJson } from '../../../demo/report/json.ts';
import { narrate } from '../../../demo/report/narrative.ts';
import { createProgress } from '../../../demo/report/progress.ts';
import { invariantLines, scenarioTable } from '../../../demo/report/summary.ts';
import { formatTable } from '../../../demo/report/table.ts';
import type { ScenarioResult } from '../../../demo/scenarios/outcome.ts';
import { checkInvariants } from '../../../demo/state/invariants.ts';
import { aFailedOrder, aFailureDocument, aStepDocument, aSucceededOrder } from './an-order-document.ts';
import { anObservedState } from './an-observed-state.ts';

function aResult(fields: Partial<ScenarioResult> = {}): ScenarioResult {
  const order = aFailedOrder();
  return {
    name: 'type-error',
    executionId: order.orderId,
    expected: 'FAILED',
    status: 'FAILED',
    failureKind: 'TYPE_ERROR',
    signal: 'log',
    detectedMs: 800,
    recoveredMs: 900,
    ok: true,
    problems: [],
    order,
    notes: [],
    ...fields,
  };
}

describe('the story of a scenario', () => {
  it('shows what recovery tried in vain, and that somebody asked for it', () => {
    const failure = { attempt: 5, handler: 'cancel-payment', error: 'AccessDenied', message: 'no' };
    const recovery = { failures: [failure] };
    expect(narrate(aResult({ order: aFailedOrder({ recovery }) }), '')).toContain(
      '  recovery failed 5 times: cancel-payment AccessDenied: no',
    );
    const asked = { ...recovery, requests: [{ request: 1, requestedAt: 0 }] };
    expect(narrate(aResult({ order: aFailedOrder({ recovery: asked }) }), '')).toContain(
      'recovery failed 5 times, asked for 1 times: cancel-payment AccessDenied: no',
    );
  });

  it('shows the error of a function that failed and what recovery did', () => {
    const recovery = {
      recoveredAt: aFailedOrder().submittedAt + 900,
      failures: [],
      actions: [
        { handler: 'cancel-payment', step: 'payment', before: { status: 'captured' }, after: { status: 'cancelled' } },
      ],
    };
    const story = narrate(aResult({ order: aFailedOrder({ recovery }) }), 'a broken build');
    expect(story).toContain('confirm-order  HTTP status code 200');
    expect(story).toContain('TypeError: provider.chargeCard is not a function [TYPE_ERROR seen by log after 0.80 s]');
    expect(story).toContain('cancel-payment: {"status":"captured"} -> {"status":"cancelled"}');
    expect(story).toContain('=> FAILED, as expected');
  });

  it('shows HTTP status code 200 for every function of an order that succeeded', () => {
    const story = narrate(aResult({ order: aSucceededOrder(), status: 'SUCCEEDED' }), 'nothing is broken');
    expect(story.match(/HTTP status code 200/g)).toHaveLength(2);
  });

  it('shows what a zombie came to write, and what refused it', () => {
    const barred = { by: 'slot', write: 'payment-capture' };
    const attempts = [{ attempt: 1, failure: aFailureDocument(), barred }];
    const steps = [aStepDocument({ name: 'payment', status: 'FAILED', attempts })];
    const story = narrate(aResult({ order: aFailedOrder({ steps }) }), 'a pause');
    expect(story).toContain('payment  came back: its payment-capture was refused by the slot');
  });

  it('says what was not as expected', () => {
    const story = narrate(aResult({ ok: false, problems: ['the failed order is still charged'] }), 'a broken build');
    expect(story).toContain('UNEXPECTED: the failed order is still charged');
    expect(story).toContain('expected FAILED');
  });

  it('lets no message of a function reach the terminal as a command', () => {
    const failure = aFailureDocument({ message: '\u001b]0;mine\u0007\nREPORT RequestId: forged' });
    const steps = [aStepDocument({ status: 'FAILED', attempts: [{ attempt: 1, failure }] })];
    const story = narrate(aResult({ order: aFailedOrder({ steps }) }), 'hostile');
    expect(story).not.toContain('\u001b');
    expect(story.split('\n').some((line) => line.startsWith('REPORT'))).toBe(false);
  });
});

describe('the table', () => {
  it('has columns as wide as their widest cell and no space at a line end', () => {
    expect(
      formatTable(
        ['name', 'n'],
        [
          ['a-long-name', '1'],
          ['b', ''],
        ],
      ),
    ).toBe(['name         n', '-----------  -', 'a-long-name  1', 'b'].join('\n'));
  });

  it('has a row for each scenario with what was found, when, and how it ended', () => {
    const table = scenarioTable([aResult({ ok: false })], checkInvariants(anObservedState()));
    expect(table).toMatch(/^type-error\s+TYPE_ERROR\s+log\s+0\.80 s\s+0\.90 s\s+FAILED\s+NO\s+5 of 5 hold$/m);
  });

  it('names each violation of an invariant', () => {
    const lines = invariantLines(checkInvariants(anObservedState({ payments: [] })));
    expect(lines).toMatch(/^VIOLATED {2}a payment is captured for every succeeded order and for no other$/m);
    expect(lines).toContain('succeeded and is not charged');
  });

  it('writes times so that they can be compared', () => {
    expect([null, 0, 94, 12_149].map(seconds)).toEqual(['-', '0.00 s', '0.09 s', '12.1 s']);
  });
});

describe('the JSON document', () => {
  it('has the members that scripts read, and nothing of the story', () => {
    const invariants = checkInvariants(anObservedState());
    const document = JSON.parse(toJson({ scenarios: [aResult()], invariants, ok: true }));
    expect(Object.keys(document)).toEqual(['scenarios', 'invariants', 'ok']);
    expect(document.scenarios[0]).toEqual({
      name: 'type-error',
      executionId: aFailedOrder().orderId,
      expected: 'FAILED',
      status: 'FAILED',
      failureKind: 'TYPE_ERROR',
      signal: 'log',
      detectedMs: 800,
      recoveredMs: 900,
      ok: true,
      problems: [],
    });
    expect(document.invariants.oversold).toEqual({ ok: true, violations: [] });
  });
});

describe('the progress', () => {
  const written = (isTTY: boolean) => {
    const texts: string[] = [];
    const progress = createProgress({ isTTY, columns: 40, write: (text) => texts.push(text) });
    progress.show('starting');
    progress.show('starting');
    progress.say('done');
    progress.end();
    return texts.join('');
  };

  it('is plain lines, each once, where there is no terminal', () => {
    expect(written(false)).toBe('starting\ndone\n');
  });

  it('is one line on a terminal, which is clean at the end', () => {
    expect(written(true)).toContain('done\n');
    expect(written(true).endsWith('\r\u001b[2K')).toBe(true);
  });
});
