import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CannotBeginError } from '../../../laptop/cannot-begin-error.ts';
import { CLAIM_KEY, StackClaim } from '../../../demo/stack-claim.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { memoryStores, MemoryS3, STATE_STORAGE_BUCKET } from '../../support/memory-s3.ts';

let clock: FakeClock;
let s3: MemoryS3;
beforeEach(() => {
  clock = new FakeClock();
  s3 = new MemoryS3({ now: () => clock.now() });
});

const optionsFor = (who: string, signal = new AbortController().signal) => {
  const { stateStorage } = memoryStores(s3);
  return { stackName: 'a-stack', stateStorage, who, clock, signal };
};

async function take(who: string): Promise<StackClaim> {
  const claim = await StackClaim.take(optionsFor(who));
  onTestFinished(() => claim.release());
  return claim;
}

const stored = () => s3.json(STATE_STORAGE_BUCKET, CLAIM_KEY);

/** What is left when a run dies: its claim, which moves no more. */
const placeDeadClaim = () =>
  s3.place(STATE_STORAGE_BUCKET, CLAIM_KEY, { holder: 'dead', who: 'a dead one', since: 'long ago', beat: 7 });

describe('a claim on a stack', () => {
  it('is taken at once where there is none, and where it was given back', async () => {
    const first = await StackClaim.take(optionsFor('first'));
    expect(stored()).toMatchObject({ who: 'first', since: '2026-01-01T00:00:00.000Z', beat: 0 });
    await first.release();
    await take('second');
    expect(stored()).toMatchObject({ who: 'second' });
  });

  it('is refused, with whose it is, as soon as the other run is seen to live', async () => {
    await take('process 1 on a');
    const second = StackClaim.take(optionsFor('process 2 on b'));
    const refused = expect(second).rejects.toThrow(
      new CannotBeginError(
        'Another demo is breaking stack a-stack: process 1 on a, since 2026-01-01T00:00:00.000Z. Wait until it has ended.',
      ),
    );
    await clock.advance(6_000);
    await refused;
    expect(stored()).toMatchObject({ who: 'process 1 on a', beat: 1 });
  });

  it('goes over from a run that was killed, once it has not moved for twenty seconds', async () => {
    placeDeadClaim();
    const taking = take('the next');
    await clock.advance(19_000);
    expect(stored()).toMatchObject({ who: 'a dead one' });
    await clock.advance(1_000);
    await taking;
    expect(stored()).toMatchObject({ who: 'the next' });
  });

  it('is taken as soon as the other run has ended', async () => {
    const first = await StackClaim.take(optionsFor('first'));
    const taking = take('second');
    await clock.advance(1_000);
    await first.release();
    await clock.advance(1_000);
    await taking;
    expect(stored()).toMatchObject({ who: 'second' });
  });

  it.each([
    ['where there is none', () => undefined],
    ['of a dead run', placeDeadClaim],
  ])('goes to one of two that ask for it at once: %s', async (_what, place) => {
    place();
    const both = Promise.allSettled([take('first'), take('second')]);
    await clock.advance(20_000);
    const outcomes = await both;
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: expect.any(CannotBeginError) as unknown,
    });
  });

  it('is one’s own though the answer to the write of it was lost', async () => {
    s3.fail('lost-response', { operation: 'PutObject' });
    await take('first');
    expect(stored()).toMatchObject({ who: 'first' });
  });

  it('is held on to while the storage does not answer for a while', async () => {
    const claim = await take('first');
    s3.fail('refused', { times: 2 });
    await clock.advance(15_000);
    expect(claim.lost.aborted).toBe(false);
    expect(stored()).toMatchObject({ who: 'first', beat: 3 });
  });

  it('that another run has taken over is lost, and is not given back for the other', async () => {
    const claim = await StackClaim.take(optionsFor('first'));
    s3.place(STATE_STORAGE_BUCKET, CLAIM_KEY, { holder: 'other', who: 'the other', since: 'now', beat: 0 });
    await clock.advance(5_000);
    expect(claim.lost.aborted).toBe(true);
    expect(String(claim.lost.reason)).toMatch(/^ClaimLostError: Another demo has taken stack a-stack over/);
    await claim.release();
    expect(stored()).toMatchObject({ who: 'the other' });
  });

  it('is no longer waited for when the demo is interrupted', async () => {
    placeDeadClaim();
    const interruption = new AbortController();
    const taking = StackClaim.take(optionsFor('the next', interruption.signal));
    await clock.untilSleeping();
    interruption.abort(new Error('interrupted'));
    await expect(taking).rejects.toThrow('interrupted');
  });
});
