import { describe, expect, it } from 'vitest';
import { takeStackName } from '../../../laptop/audit/take-stack-name.ts';
import { CannotBeginError } from '../../../laptop/cannot-begin-error.ts';

describe('the stack that an audit is of', () => {
  it.each([
    [['--json'], undefined, ['--json']],
    [['--from', '-2h', '--stack', 'orders-dev', '--apply'], 'orders-dev', ['--from', '-2h', '--apply']],
    [['--stack=orders-dev'], 'orders-dev', []],
  ])('is taken out of the options that the audit itself knows: %j', (args, stackName, rest) => {
    expect(takeStackName(args)).toEqual({ stackName, rest });
  });

  it.each([[['--stack']], [['--stack', '--json']], [['--stack=']], [['--stack', 'two words']]])(
    'is refused when it is no stack name: %j',
    (args) => {
      expect(() => takeStackName(args)).toThrow(CannotBeginError);
      expect(() => takeStackName(args)).toThrow('expected the name of a stack');
    },
  );
});
