import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from './synthesize.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
}

let template: Template;
let resources: Readonly<Record<string, Resource>>;
beforeAll(() => {
  template = synthesize();
  resources = (template.toJSON() as { Resources: Record<string, Resource> }).Resources;
});

function idsOf(type: string): readonly string[] {
  return Object.keys(resources).filter((id) => resources[id]!.Type === type);
}

describe('the network of the control node', () => {
  it('lets nothing in, and out only what is encrypted', () => {
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    template.allResourcesProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
    });
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    template.resourceCountIs('AWS::EC2::SecurityGroupEgress', 0);
  });

  it('has two zones, no NAT gateway, and its own way to S3', () => {
    const zone = (index: number) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] });
    const subnets = idsOf('AWS::EC2::Subnet').map((id) => resources[id]!.Properties['AvailabilityZone']);
    expect(subnets).toEqual([zone(0), zone(1)]);
    template.resourceCountIs('AWS::EC2::NatGateway', 0);
    template.resourceCountIs('AWS::EC2::EIP', 0);
    template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });

  it('brings no function of its own into the stack', () => {
    expect(idsOf('Custom::VpcRestrictDefaultSG')).toEqual([]);
  });
});

describe('the instance of the control node', () => {
  it.each([
    ['dev', 't4g.micro'],
    ['prod', 't4g.small'],
    ['laptop', 't4g.micro'],
  ] as const)('is, on %s, a %s with the Amazon Linux of the day', (stage, instanceType) => {
    const ofStage = synthesize(stage);
    ofStage.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        InstanceType: instanceType,
        ImageId: { Ref: Match.stringLikeRegexp('al2023.*arm64') },
        KeyName: Match.absent(),
      },
    });
    ofStage.hasParameter('*', {
      Default: Match.stringLikeRegexp('^/aws/service/ami-amazon-linux-latest/al2023.*arm64$'),
    });
  });

  it('answers for its metadata only with a token, and only itself', () => {
    template.allResourcesProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 } },
    });
  });

  it('has an encrypted disk', () => {
    template.allResourcesProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, VolumeType: 'gp3', VolumeSize: 8 } }],
      },
    });
  });

  it('is one, always, in a group that replaces what no longer runs', () => {
    template.resourceCountIs('AWS::EC2::Instance', 0);
    template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 1);
    template.allResourcesProperties('AWS::AutoScaling::AutoScalingGroup', {
      MinSize: '1',
      MaxSize: '1',
      // Written down, it would undo at the next deployment what a person set by hand.
      DesiredCapacity: Match.absent(),
      HealthCheckType: 'EC2',
      HealthCheckGracePeriod: 300,
    });
  });
});

describe('a deployment of the control node', () => {
  it('brings a new group up beside the old one and waits for one word from its node', () => {
    template.allResources('AWS::AutoScaling::AutoScalingGroup', {
      UpdatePolicy: { AutoScalingReplacingUpdate: { WillReplace: true } },
      CreationPolicy: {
        ResourceSignal: { Count: 1, Timeout: 'PT15M' },
        AutoScalingCreationPolicy: { MinSuccessfulInstancesPercent: 100 },
      },
    });
  });

  it('follows from any change of the code, the environment or the image', () => {
    const [launchTemplate] = idsOf('AWS::EC2::LaunchTemplate');
    template.allResourcesProperties('AWS::AutoScaling::AutoScalingGroup', {
      LaunchTemplate: { Version: { 'Fn::GetAtt': [launchTemplate, 'LatestVersionNumber'] } },
    });
    expect(JSON.stringify(resources[launchTemplate!])).toMatch(/\/[0-9a-f]{64}\.zip/);
  });

  it('starts a node only once its permissions and its way out are there', () => {
    const [group] = idsOf('AWS::AutoScaling::AutoScalingGroup');
    const [role] = idsOf('AWS::IAM::Role').filter((id) => id.startsWith('ControlNodeRole'));
    const [policy] = idsOf('AWS::IAM::Policy').filter((id) => id.startsWith('ControlNodeRole'));
    expect(resources[group!]!.DependsOn).toEqual(
      expect.arrayContaining([role, policy, ...idsOf('AWS::EC2::Route'), ...idsOf('AWS::EC2::VPCEndpoint')]),
    );
  });

  it('is undone before the buckets are emptied, which a node that still writes would fill again', () => {
    const [group] = idsOf('AWS::AutoScaling::AutoScalingGroup');
    const emptying = idsOf('Custom::S3AutoDeleteObjects');
    expect(emptying).toHaveLength(2);
    expect(resources[group!]!.DependsOn).toEqual(expect.arrayContaining([...emptying]));
  });

  it('is told by the group that it waits for', () => {
    const [group] = idsOf('AWS::AutoScaling::AutoScalingGroup');
    expect(JSON.stringify(template.findResources('AWS::EC2::LaunchTemplate'))).toContain(`SIGNAL_RESOURCE='${group}'`);
  });
});
