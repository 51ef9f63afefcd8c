import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../local/cloudformation/intrinsics.ts';
import { createReferences } from '../../../local/cloudformation/stack-references.ts';
import { aTemplate, PLACE } from './builders.ts';

const template = aTemplate({
  Parameters: {
    Colour: { Type: 'String', Default: 'blue' },
    Image: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/aws/image' },
    Required: { Type: 'String' },
  },
});
const references = createReferences(template, { ...PLACE, stackName: 'demo' });
const value = (expression: unknown): unknown => evaluate(expression, references, 'Here');

describe('intrinsic functions', () => {
  it.each([
    [{ Ref: 'AWS::Partition' }, 'aws'],
    [{ Ref: 'AWS::Region' }, 'us-east-1'],
    [{ Ref: 'AWS::AccountId' }, '000000000000'],
    [{ Ref: 'AWS::StackName' }, 'demo'],
    [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    [{ Ref: 'Colour' }, 'blue'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Colour' }, 3]] }, 'a-blue-3'],
    [{ 'Fn::Select': ['1', ['a', { Ref: 'Colour' }]] }, 'blue'],
    [{ 'Fn::Sub': '${Colour} ${!Colour} ${AWS::Region}' }, 'blue ${Colour} us-east-1'],
    [{ 'Fn::Sub': ['${Mine} ${Colour}', { Mine: { Ref: 'AWS::Partition' } }] }, 'aws blue'],
    [{ 'Fn::Sub': '$& ${Colour} $1' }, '$& blue $1'],
    [
      { a: [{ Ref: 'Colour' }, { Ref: 'AWS::NoValue' }], b: { Ref: 'AWS::NoValue' }, c: null },
      { a: ['blue'], c: null },
    ],
    [
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
    ],
  ])('evaluate %j', (expression, expected) => {
    expect(value(expression)).toEqual(expected);
  });

  it('give the stack an id that is an ARN', () => {
    expect(value({ Ref: 'AWS::StackId' })).toMatch(
      /^arn:aws:cloudformation:us-east-1:000000000000:stack\/demo\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
  });

  it.each([
    [{ 'Fn::Cidr': ['10.0.0.0/16', 1, 8] }, 'Here: the intrinsic function Fn::Cidr is not supported'],
    [{ 'Fn::Select': [3, ['a']] }, 'Here: Fn::Select finds no element 3'],
    [{ 'Fn::Join': ['a'] }, 'Here: Fn::Join needs a list of 2 arguments'],
    [{ 'Fn::Join': ['', [{ a: 1 }]] }, 'Here: Fn::Join needs text where there is {"a":1}'],
    [{ 'Fn::GetAtt': ['Nobody', 'Arn'] }, 'Here: there is no resource Nobody'],
    [{ 'Fn::If': ['Never', 1, 2] }, 'Here: there is no condition Never'],
    [{ Ref: 'Image' }, 'Here: parameter Image is read from SSM'],
    [{ Ref: 'Required' }, 'Here: parameter Required has no default'],
  ])('refuse %j', (expression, message) => {
    expect(() => value(expression)).toThrow(message);
  });
});
