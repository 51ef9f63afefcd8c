# shellcheck shell=bash
#
# The first boot of a control node, as root. Its output goes to the console, which can be read from outside from the
# first line on (aws ec2 get-console-output), and to /var/log/cloud-init-output.log.
#
# Inputs, which the stack exports in the lines above this file: AWS_REGION, STACK_NAME, SIGNAL_RESOURCE (what
# CloudFormation waits for), CODE_URL (s3://, the archive), NODE_LOG_GROUP, and the environment of coordinator and
# monitor, whose names are in ENVIRONMENT_NAMES.
set -euo pipefail

# Every try has ended by then, whatever it waits for. What comes after it is still begun once, for 10 s at most: a minute
# together. Saying why takes up to 90 s. CloudFormation's 15 minutes began when it asked for the instance, a minute or two
# before this script: it hears in time. Usually all is done after two or three minutes.
readonly GIVE_UP_AFTER_S=600
readonly LAST_TRY_S=10
readonly METADATA=http://169.254.169.254/latest
readonly HOME_FOLDER=/opt/stateful-serverless
readonly CONFIGURATION=/etc/stateful-serverless
readonly STATE=/var/lib/stateful-serverless
readonly LOGS=/var/log/stateful-serverless

step='begin'
instance_id='unknown'
last_answer='none'

begin() {
  step=$1
  echo "==> $step, after $SECONDS s"
}

# Runs a command for so many seconds at most, or for what is left.
within() {
  local most=$1 left=$((GIVE_UP_AFTER_S - SECONDS))
  shift
  if ((left < LAST_TRY_S)); then left=$LAST_TRY_S; fi
  timeout --kill-after=5 "$((left < most ? left : most))" "$@"
}

# The network and the role's permissions may lag behind the instance.
attempt() {
  until within 240 "$@"; do
    if ((SECONDS >= GIVE_UP_AFTER_S)); then
      echo "Given up after $SECONDS s: $*"
      return 1
    fi
    sleep 10
  done
}

# With the AWS CLI, which is part of the image, and not with cfn-signal, which is not: a node whose packages cannot be
# installed can say so. Nobody waits when the group replaced a node by itself, between two deployments: then
# CloudFormation refuses the signal.
signal() {
  timeout 60 aws cloudformation signal-resource --stack-name "$STACK_NAME" --logical-resource-id "$SIGNAL_RESOURCE" \
    --unique-id "$instance_id" --status "$1" || echo 'CloudFormation did not take the signal.'
}

# A node that does not come up says why, where a person will look, and makes room for the next. Turning it off needs
# neither permission nor network, and a group replaces at once what no longer runs.
say_why() {
  local code=$?
  if ((code == 0)); then return; fi
  set +e
  echo "This node did not come up: '$step' ended with exit code $code after $SECONDS s."
  echo "Last answer of /readyz: $last_answer"
  timeout 10 journalctl --no-pager --lines 100 --unit coordinator --unit monitor --unit amazon-cloudwatch-agent
  tail --lines 20 "$LOGS"/*.log
  # The agent sends what it has every 5 s, and CloudFormation ends this node as soon as it hears.
  sleep 15
  signal FAILURE
  systemctl poweroff
}
trap say_why EXIT

await_ready() {
  local unit=$1 url=$2
  until last_answer=$(curl --silent --show-error --fail-with-body --max-time 5 "$url" 2>&1); do
    if systemctl is-failed --quiet "$unit"; then
      echo "$unit keeps dying."
      return 1
    fi
    if ((SECONDS >= GIVE_UP_AFTER_S)); then
      echo "$unit is not ready after $SECONDS s."
      return 1
    fi
    sleep 2
  done
  echo "$unit is ready: $last_answer"
}

begin 'ask for the instance id'
token=$(curl --silent --show-error --fail --max-time 5 --retry 5 --retry-max-time 30 \
  --request PUT --header 'X-aws-ec2-metadata-token-ttl-seconds: 60' "$METADATA/api/token")
instance_id=$(curl --silent --show-error --fail --max-time 5 --retry 5 --retry-max-time 30 \
  --header "X-aws-ec2-metadata-token: $token" "$METADATA/meta-data/instance-id")

begin 'install packages'
# Without weak dependencies: nobody needs npm or Node's documentation here.
attempt dnf install --assumeyes --quiet --setopt=install_weak_deps=False \
  nodejs24 unzip logrotate amazon-cloudwatch-agent

begin 'fetch the code'
archive=$(mktemp)
attempt aws s3 cp --only-show-errors "$CODE_URL" "$archive"
install --directory --mode 755 "$HOME_FOLDER" "$CONFIGURATION" "$STATE" "$LOGS"
unzip -q -o "$archive" -d "$HOME_FOLDER"
rm "$archive"
# The archive bears the modes of whoever packed it; the units run as users of their own, and logrotate refuses a
# configuration that others may write.
chmod --recursive u=rwX,go=rX "$HOME_FOLDER"

begin 'write the environment'
# Single quotes: systemd takes what is between them as it is, the double quotes of JSON too.
for name in $ENVIRONMENT_NAMES; do
  printf "%s='%s'\n" "$name" "${!name}"
done >"$CONFIGURATION/environment"

begin 'start the agent for logs'
# Before the units, so that whatever keeps them from coming up can be read from outside.
sed "s|@NODE_LOG_GROUP@|$NODE_LOG_GROUP|" "$HOME_FOLDER/amazon-cloudwatch-agent.json" \
  >"$CONFIGURATION/amazon-cloudwatch-agent.json"
within 60 /opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl \
  -a fetch-config -m ec2 -s -c "file:$CONFIGURATION/amazon-cloudwatch-agent.json"

begin 'start coordinator and monitor'
install --mode 644 "$HOME_FOLDER"/systemd/* /etc/systemd/system/
systemctl daemon-reload
within 60 systemctl enable --now coordinator.service monitor.service rotate-logs.timer

begin 'wait until coordinator and monitor are ready'
await_ready coordinator.service http://127.0.0.1:8080/readyz
await_ready monitor.service http://127.0.0.1:8081/readyz
# From here on a unit that gives up asks for another node itself (replace-node.service); one that has just done so
# could not yet.
touch "$STATE/came-up"
if systemctl is-failed --quiet coordinator.service monitor.service; then exit 1; fi

begin 'signal CloudFormation'
signal SUCCESS
