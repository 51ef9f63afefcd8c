import { describe, expect, it } from 'vitest';
import { physicalName } from '../../../local/cloudformation/physical-names.ts';

const LONG = 'AnIdThatGoesOnAndOnAndOnAndOnAndOnAndOnAndOnAndOnAndOnAndOn';

describe('a physical name', () => {
  it.each([
    ['AWS::S3::Bucket', 63],
    ['AWS::Lambda::Function', 64],
    ['AWS::IAM::Role', 64],
  ])('of a %s is never longer than the service takes', (type, maxLength) => {
    expect(physicalName(type, LONG, LONG)).toHaveLength(maxLength);
    expect(physicalName(type, LONG, 'Id').length).toBeLessThanOrEqual(maxLength);
    expect(physicalName(type, 'stack', LONG).length).toBeLessThanOrEqual(maxLength);
  });

  it('of a bucket is one that S3 takes', () => {
    expect(physicalName('AWS::S3::Bucket', 'My-Stack', 'MyBucket1A')).toMatch(/^my-stack-mybucket1a-[0-9a-f]{12}$/);
  });

  it('differs between stacks and between resources whose visible part is the same', () => {
    const names = ['a', 'b'].flatMap((stack) =>
      [`${LONG}1`, `${LONG}2`].map((id) => physicalName('AWS::IAM::Role', stack, id)),
    );
    expect(new Set(names).size).toBe(4);
  });
});
