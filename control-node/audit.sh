#!/bin/bash
#
# What the monitor would do, or, with --apply, the doing of it: `sudo bash /opt/stateful-serverless/audit.sh --from -2h`.
# Run by hand, as the monitor's unit runs the monitor: with its environment, as a user that exists only meanwhile, and within
# what the smallest instance has left.
set -euo pipefail

exec systemd-run --quiet --collect --wait --pipe \
  --property=EnvironmentFile=/etc/stateful-serverless/environment \
  --property=DynamicUser=yes --property=NoNewPrivileges=yes --property=CapabilityBoundingSet= \
  --property=ProtectSystem=strict --property=ProtectHome=yes --property=PrivateTmp=yes --property=MemoryMax=192M \
  /usr/bin/node-24 --max-old-space-size=96 /opt/stateful-serverless/audit.mjs "$@"
