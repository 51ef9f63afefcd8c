const EVERYTHING_ON_LOOPBACK = 'everything is on loopback: there is no network to lay out or to guard';
const NO_METRICS = 'nobody collects metrics here; what programs emit stands in their logs';
const NOBODY_TOLD = 'only alarms publish, and there are none here';

/**
 * Resource types that are deployed to AWS and have no meaning on one machine, each with the reason. Everything else
 * that the local AWS does not provision stops the start.
 */
export const RESOURCE_TYPES_WITHOUT_MEANING: Readonly<Record<string, string>> = {
  'AWS::AutoScaling::AutoScalingGroup': 'this machine is the instance; whoever starts its programs restarts them',
  'AWS::CDK::Metadata': 'tells AWS which constructs are in use',
  'AWS::CloudWatch::Alarm': NO_METRICS,
  'AWS::CloudWatch::CompositeAlarm': NO_METRICS,
  'AWS::CloudWatch::Dashboard': NO_METRICS,
  'AWS::EC2::InternetGateway': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::Route': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::RouteTable': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::SecurityGroup': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::SecurityGroupEgress': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::SecurityGroupIngress': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::Subnet': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::SubnetRouteTableAssociation': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::VPC': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::VPCEndpoint': EVERYTHING_ON_LOOPBACK,
  'AWS::EC2::VPCGatewayAttachment': EVERYTHING_ON_LOOPBACK,
  'AWS::SNS::Subscription': NOBODY_TOLD,
  'AWS::SNS::Topic': NOBODY_TOLD,
  'AWS::SNS::TopicPolicy': NOBODY_TOLD,
  'Custom::S3AutoDeleteObjects': 'acts only when its stack is deleted; here the state folder is removed instead',
};
