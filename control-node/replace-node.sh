#!/bin/bash
#
# Has the auto-scaling group replace this node. Run by replace-node.service when coordinator or monitor keeps dying.
set -euo pipefail

readonly METADATA=http://169.254.169.254/latest

# Their states say which of them it was.
systemctl --no-pager --lines 10 status coordinator.service monitor.service || true

token=$(curl --silent --show-error --fail --max-time 5 --retry 3 \
  --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$METADATA/api/token")
instance_id=$(curl --silent --show-error --fail --max-time 5 --retry 3 \
  --header "X-aws-ec2-metadata-token: $token" "$METADATA/meta-data/instance-id")

echo "Instance $instance_id asks to be replaced."
# The agent sends what it has every 5 s; once asked, the group does not wait.
sleep 15
# Even within the grace period, which is for hosts that are still starting: this one has come up before.
aws autoscaling set-instance-health --region "$AWS_REGION" --instance-id "$instance_id" \
  --health-status Unhealthy --no-should-respect-grace-period
