import { Validations } from 'aws-cdk-lib';
import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

/**
 * A network for two hosts at most. The subnets are public and nothing listens: the node calls out, and a person comes in
 * through Session Manager. A NAT gateway would cost several times what the node costs.
 */
export class NodeNetwork extends Construct {
  readonly vpc: Vpc;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      // Two, so that the group finds the instance type in the other when one zone has none left.
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'Public', subnetType: SubnetType.PUBLIC, cidrMask: 28 }],
      // Emptying the default group takes a function with a role of its own; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
      // Most of what the node says goes to S3: it stays inside AWS's network and costs nothing.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    Validations.of(this.vpc).acknowledge({
      id: 'AwsSolutions-VPC7',
      reason: 'One host that accepts no connection: flow logs would cost more than it and show only its own calls.',
    });

    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpc: this.vpc,
      description: 'Control node: nothing comes in, HTTPS goes out',
      allowAllOutbound: false,
    });
    // AWS's APIs, and the package repositories of Amazon Linux 2023, which are buckets. Names (169.254.169.253), time
    // (169.254.169.123) and instance metadata need no rule: security groups do not filter link-local addresses.
    this.securityGroup.addEgressRule(Peer.anyIpv4(), Port.tcp(443), 'AWS APIs and package repositories');
  }
}
