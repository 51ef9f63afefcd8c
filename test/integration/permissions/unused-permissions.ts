const AGENT = "the instance's CloudWatch agent writes the node's logs; here they are files";
const FIRST_BOOT = 'only the first boot of an instance does it: here nothing is installed';
const SESSIONS = "Session Manager's agent opens sessions on an instance; here a person is on the machine";
const REPLACEMENT = 'a host whose programs keep dying asks for another host; there is only one here';

/** Permissions that the stack needs in an account and that nobody uses on one machine, with the reason. */
export const UNUSED_HERE: Readonly<Record<string, string>> = {
  '{ControlNodeRole} autoscaling:SetInstanceHealth on autoScalingGroup:*:autoScalingGroupName/{ControlNodeGroupASG}':
    REPLACEMENT,
  '{ControlNodeRole} cloudformation:SignalResource on {StackId}': FIRST_BOOT,
  '{ControlNodeRole} logs:CreateLogStream on {ControlNodeLogsGroup}:*': AGENT,
  '{ControlNodeRole} logs:DescribeLogStreams on {ControlNodeLogsGroup}:*': AGENT,
  '{ControlNodeRole} logs:PutLogEvents on {ControlNodeLogsGroup}:*': AGENT,
  '{ControlNodeRole} s3:GetObject on cdk-hnb659fds-assets-000000000000-us-east-1/{hash}.zip': FIRST_BOOT,
  '{ControlNodeRole} ssm:UpdateInstanceInformation on *': SESSIONS,
  '{ControlNodeRole} ssmmessages:CreateControlChannel on *': SESSIONS,
  '{ControlNodeRole} ssmmessages:CreateDataChannel on *': SESSIONS,
  '{ControlNodeRole} ssmmessages:OpenControlChannel on *': SESSIONS,
  '{ControlNodeRole} ssmmessages:OpenDataChannel on *': SESSIONS,
};
