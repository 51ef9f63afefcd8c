import { describe, expect, it } from 'vitest';
import { assembleFacts, UnreadableFactError, type RawFact } from '../../../workflow/facts.ts';
import { aFailure, EXECUTION, fact, OTHER_EXECUTION } from './builders.ts';

function assemble(...raw: RawFact[]) {
  return assembleFacts(EXECUTION, [fact.order(), ...raw]);
}

const withBody = (raw: RawFact, body: unknown): RawFact => ({ ...raw, body });

describe('facts', () => {
  it('cannot be put together without an order', () => {
    expect(() => assembleFacts(EXECUTION, [fact.succeeded('reserve', 1)])).toThrow(/it has no order/);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['a text', 'SUCCEEDED'],
    ['a number', 7],
    ['an empty record', {}],
  ])('are unreadable when any of them is %s', (_, body) => {
    const goodOnes = [
      fact.succeeded('reserve', 1),
      fact.claim('pay', 2, 1),
      fact.invoked('pay', 2, 1),
      fact.confirmed('pay', 1, 'destination', 1),
      fact.barred('pay', 1, 1),
      fact.recoveryFailed(1, 1),
      fact.recoveryRequested(1, 1),
      fact.recovered(1),
      fact.redriven(1),
    ];
    for (const good of goodOnes) expect(() => assemble(withBody(good, body))).toThrow(UnreadableFactError);
    expect(() => assembleFacts(EXECUTION, [withBody(fact.order(), body)])).toThrow(UnreadableFactError);
  });

  it.each<[string, RawFact, RegExp]>([
    ['order of no workflow', fact.order({ workflow: undefined }), /its order cannot be read: workflow/],
    ['order with half a version', fact.order({ workflow: { name: 'w', version: 1.5 } }), /workflow\.version/],
    ['redrive link that is no id', fact.order({ redriveOf: '../..' }), /redriveOf not an execution id/],
    ['status nobody knows', fact.succeeded('pay', 1, { status: 'DONE' }), /step-record of pay cannot be read: status/],
    ['failure left out', fact.failed('pay', 1, {}, { failure: undefined }), /failure/],
    ['failure of an unknown kind', fact.failed('pay', 1, { kind: 'WEATHER' as never }), /failure\.kind/],
    ['message without end', fact.failed('pay', 1, { message: 'x'.repeat(1025) }), /failure\.message/],
    ['time that is no number', fact.succeeded('pay', 1, { endedAt: 'soon' }), /endedAt/],
    ['attempt 0', fact.succeeded('pay', 1, { attempt: 0 }), /attempt/],
    ['claim of the first attempt', fact.claim('pay', 1, 1, { because: aFailure() }), /attempt/],
    ['note without a request id', fact.invoked('pay', 2, 1, { requestId: null }), /requestId/],
    ['late write refused by nobody', fact.barred('pay', 1, 1, { by: 'chance' }), /barred of pay cannot be read: by/],
    ['request without a time', fact.recoveryRequested(1, 1, { requestedAt: 'now' }), /recovery-request .*requestedAt/],
    ['recovery without its actions', fact.recovered(1, { actions: 'all' }), /actions/],
  ])('are unreadable with a %s', (_, raw, message) => {
    expect(() => assemble(raw)).toThrow(message);
  });

  it('belong to the execution that their key names and to no other', () => {
    const raw = fact.succeeded('pay', 1, { executionId: OTHER_EXECUTION });
    expect(() => assemble(raw)).toThrow(`step-record of pay names another execution, ${OTHER_EXECUTION}`);
  });

  it.each<[string, RawFact]>([
    ['a step record', fact.succeeded('pay', 1, { step: 'reserve' })],
    ['a claim for another step', fact.claim('pay', 2, 1, { step: 'reserve' })],
    ['a claim for another attempt', fact.claim('pay', 2, 1, { attempt: 3 })],
    ['a note of another attempt', fact.invoked('pay', 2, 1, { attempt: 3 })],
    ['a confirmation of another attempt', fact.confirmed('pay', 2, 'log', 1, { attempt: 1 })],
    ['a confirmation by another signal', fact.confirmed('pay', 1, 'log', 1, { signal: 'deadline' })],
    ['a late write of another attempt', fact.barred('pay', 2, 1, { attempt: 1 })],
    ['a recovery attempt', fact.recoveryFailed(2, 1, { attempt: 1 })],
    ['a request for recovery', fact.recoveryRequested(2, 1, { request: 1 })],
  ])('are unreadable when the key says one thing and the body another: %s', (_, raw) => {
    expect(() => assemble(raw)).toThrow(/names another step, attempt, signal or request than its key/);
  });

  it('say whose they are when they are unreadable', () => {
    try {
      assemble(withBody(fact.recovered(1), 'x'));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ name: 'UnreadableFactError', executionId: EXECUTION });
    }
  });

  it('may lack what JSON drops: an input, an output, a state before and after', () => {
    const facts = assembleFacts(
      EXECUTION,
      [
        fact.order({ input: undefined }),
        fact.succeeded('reserve', 1, { output: undefined }),
        fact.recovered(2, { actions: [{ handler: 'h', step: 'reserve' }] }),
      ].map((raw) => withBody(raw, JSON.parse(JSON.stringify(raw.body)))),
    );
    expect(facts.steps.get('reserve')?.record?.value.status).toBe('SUCCEEDED');
  });

  it('ignore fields of a later version', () => {
    expect(assemble(fact.succeeded('pay', 1, { colour: 'red' })).steps.get('pay')?.record?.value).not.toHaveProperty(
      'colour',
    );
  });

  it('carry the time that S3 gives them', () => {
    const facts = assemble(fact.succeeded('reserve', 4));
    expect(facts.steps.get('reserve')?.record?.at).toBe(fact.succeeded('reserve', 4).at);
  });
});
