import { Duration, Validations } from 'aws-cdk-lib';
import { AutoScalingGroup, HealthChecks, Signals, UpdatePolicy } from 'aws-cdk-lib/aws-autoscaling';
import {
  AmazonLinuxCpuType,
  BlockDeviceVolume,
  EbsDeviceVolumeType,
  InstanceType,
  LaunchTemplate,
  MachineImage,
  SubnetType,
  type UserData,
} from 'aws-cdk-lib/aws-ec2';
import { Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../acknowledge-wildcard.ts';
import type { Stage } from '../stage.ts';
import type { NodeNetwork } from './node-network.ts';

export interface NodeGroupProps {
  readonly stage: Stage;
  readonly network: NodeNetwork;
  readonly role: Role;
  readonly userData: UserData;
}

/** AWS's own default in the console: a new host's status checks take two to three minutes. */
const HEALTH_CHECK_GRACE = Duration.minutes(5);
/** `user-data.sh` gives up within 14 minutes and says so itself; this is for a host that cannot even say that. */
const COME_UP_TIMEOUT = Duration.minutes(15);
/** The size of the image's own volume; logs are rotated so that they stay below 1 GB (`logrotate.conf`). */
const ROOT_VOLUME_GB = 8;

/** One instance, always: who dies is replaced, and a deployment brings a new one up before the old one goes. */
export class NodeGroup extends Construct {
  readonly group: AutoScalingGroup;

  constructor(scope: Construct, id: string, { stage, network, role, userData }: NodeGroupProps) {
    super(scope, id);
    const launchTemplate = new LaunchTemplate(this, 'LaunchTemplate', {
      // The newest at each deployment: replacing the host is how it is patched.
      machineImage: MachineImage.latestAmazonLinux2023({ cpuType: AmazonLinuxCpuType.ARM_64 }),
      instanceType: new InstanceType(stage.instanceType),
      role,
      userData,
      securityGroup: network.securityGroup,
      associatePublicIpAddress: true,
      // Tokens only, and none for anything behind another hop: a forged request cannot fetch the role's credentials.
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      blockDevices: [
        {
          deviceName: '/dev/xvda',
          volume: BlockDeviceVolume.ebs(ROOT_VOLUME_GB, { encrypted: true, volumeType: EbsDeviceVolumeType.GP3 }),
        },
      ],
    });

    this.group = new AutoScalingGroup(this, 'Group', {
      vpc: network.vpc,
      vpcSubnets: { subnetType: SubnetType.PUBLIC },
      launchTemplate,
      minCapacity: 1,
      maxCapacity: 1,
      healthChecks: HealthChecks.ec2({ gracePeriod: HEALTH_CHECK_GRACE }),
      // A whole new group beside the old one. When its node does not say in time that it is ready, the deployment
      // rolls back, and the old node has never stopped. Two nodes at once are safe: they meet in S3.
      updatePolicy: UpdatePolicy.replacingUpdate(),
      signals: Signals.waitForCount(1, { timeout: COME_UP_TIMEOUT, minSuccessPercentage: 100 }),
    });
    // A first boot without its permissions or its way out would fail for no reason of its own.
    this.group.node.addDependency(role, network);
    Validations.of(this.group).acknowledge({
      id: 'AwsSolutions-AS3',
      reason: 'A group of one never scales; a replacement shows in the metrics of coordinator and monitor.',
    });
    this.#allowReplacement(role);
  }

  /** Apart from the role's own policy, which the group waits for: this one needs the group's name. */
  #allowReplacement(role: Role): void {
    const policy = new Policy(this, 'Replacement', {
      roles: [role],
      statements: [
        // A host whose coordinator or monitor keeps dying asks for its own replacement.
        new PolicyStatement({
          actions: ['autoscaling:SetInstanceHealth'],
          resources: [this.group.autoScalingGroupArn],
        }),
      ],
    });
    acknowledgeWildcard(
      policy,
      this.group.autoScalingGroupArn,
      "The wildcard stands for an id that AWS makes; the group's name after it is exact.",
    );
  }
}
