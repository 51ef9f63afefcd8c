import { describe, expect, it } from 'vitest';
import { checkPlan } from '../../../local/cloudformation/check-plan.ts';
import type { TemplateResource } from '../../../local/cloudformation/template.ts';
import { aTemplate, plan } from './builders.ts';

const IMAGE = 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>';

/** An auto-scaling group, and what it launches, as the CDK writes them. */
const RESOURCES: Readonly<Record<string, TemplateResource>> = {
  Vpc: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/24' } },
  Firewall: { Type: 'AWS::EC2::SecurityGroup', Properties: { VpcId: { Ref: 'Vpc' } } },
  Group: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: { LaunchTemplate: { Version: { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] } } },
    ...{ CreationPolicy: {}, UpdatePolicy: {} },
  },
  NodeRole: {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' } }] },
      RoleName: 'node',
    },
  },
  Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'NodeRole' }] } },
  Launch: launching({}),
};

function launching(changes: Readonly<Record<string, unknown>>): TemplateResource {
  return {
    Type: 'AWS::EC2::LaunchTemplate',
    Properties: {
      LaunchTemplateData: {
        IamInstanceProfile: { Arn: { 'Fn::GetAtt': ['Profile', 'Arn'] } },
        ImageId: { Ref: 'Image' },
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
        NetworkInterfaces: [{ Groups: [{ 'Fn::GetAtt': ['Firewall', 'GroupId'] }] }],
        UserData: { 'Fn::Base64': { Ref: 'Group' } },
        ...changes,
      },
    },
  };
}

const withResources = (resources: Readonly<Record<string, TemplateResource>>) =>
  plan(aTemplate({ Parameters: { Image: { Type: IMAGE } }, Resources: { ...RESOURCES, ...resources } }));

describe('the instance of a stack', () => {
  it.each([
    ['MetadataOptions', {}, 'Launch: property LaunchTemplateData.MetadataOptions.HttpTokens must be required here'],
    ['CreditSpecification', {}, 'Launch: property LaunchTemplateData.CreditSpecification is not supported'],
    ['IamInstanceProfile', { Name: 'other' }, 'Launch: its instance profile other is not in the stack'],
  ])('is not planned from a launch template with %s %j', (name, value, message) => {
    expect(() => withResources({ Launch: launching({ [name]: value }) })).toThrow(message);
  });

  it('is one: a second launch template is refused', () => {
    expect(() => withResources({ Another: launching({}) })).toThrow('Another: a second launch template');
  });

  it('may not have a role that EC2 cannot assume', () => {
    const profile = { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } };
    expect(() => {
      checkPlan(withResources({ Profile: profile }));
    }).toThrow(/its role .* cannot be assumed by ec2.amazonaws.com/);
  });

  it('has the role of the instance profile, whatever the network around it and the image on it are', () => {
    const planned = withResources({});
    expect(planned.instance).toEqual({ roleArn: 'arn:aws:iam::000000000000:role/node' });
    expect(() => {
      checkPlan(planned);
    }).not.toThrow();
  });

  it('finds its instance profile by name, too', () => {
    const byName = launching({ IamInstanceProfile: { Name: { Ref: 'Profile' } } });
    expect(withResources({ Launch: byName }).instance).toEqual({ roleArn: 'arn:aws:iam::000000000000:role/node' });
  });

  it('is none when nothing is launched, or what is launched has no role', () => {
    expect(plan(aTemplate()).instance).toBeUndefined();
    const withoutRole = launching({ IamInstanceProfile: { Ref: 'AWS::NoValue' } });
    expect(withResources({ Launch: withoutRole }).instance).toBeUndefined();
  });
});

it('reads the id of a machine image as a placeholder, and no other parameter of SSM', () => {
  const withOutput = (Type: string) =>
    plan(aTemplate({ Parameters: { Image: { Type } }, Outputs: { Image: { Value: { Ref: 'Image' } } } })).outputs;
  expect(withOutput(IMAGE)).toEqual([{ key: 'Image', value: 'ami-00000000000000000' }]);
  expect(() => withOutput('AWS::SSM::Parameter::Value<String>')).toThrow(
    'output Image: parameter Image is read from SSM',
  );
});
