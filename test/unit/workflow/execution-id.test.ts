import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstIdAt, instantOf } from '../../../workflow/execution-id.ts';
import { isExecutionId } from '../../../workflow/keys.ts';

const anyInstant = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('execution id', () => {
  it.each(['', 'x', '01890000-0000-4000-8000-000000000001', '0'.repeat(500)])('refuses to date %j', (text) => {
    expect(() => instantOf(text)).toThrow(RangeError);
  });

  it('names what was no id, and not more of it than is needed', () => {
    expect(() => instantOf('z'.repeat(500))).toThrow(/^not an execution id \(a UUIDv7\): "z{64}"$/);
  });

  it('keeps its instant in 48 bits', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        expect(instantOf(firstIdAt(instant))).toBe(instant);
      }),
    );
  });

  it('begins an instant with an id that no other of that instant precedes, and that follows all earlier ones', () => {
    fc.assert(
      fc.property(fc.uuid({ version: 7 }), (id) => {
        const instant = instantOf(id);
        expect(isExecutionId(firstIdAt(instant))).toBe(true);
        expect(firstIdAt(instant) <= id).toBe(true);
        expect(id < firstIdAt(instant + 1)).toBe(true);
      }),
    );
  });

  it('begins the listing at the beginning for an instant before all ids', () => {
    expect(firstIdAt(-5)).toBe(firstIdAt(0));
  });
});
