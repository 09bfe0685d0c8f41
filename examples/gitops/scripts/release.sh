#!/usr/bin/env bash
# After a run that was cut short: let go of its lock, and of nobody else's: release.sh
set -euo pipefail
: "${STACK:=production}" "${ENGINE:=ibm-quantum}" "${OUT:=out}"

if [ "$ENGINE" = pulumi ]; then
  # `pulumi cancel` removes any lock. That it is the one of this job's own run is known from what that printed: this
  # line once it had the lock, and how long it took once it had let go of it.
  if grep -q '^Updating (' "$OUT/update.log" && ! grep -q '^Duration:' "$OUT/update.log"; then
    pulumi cancel --yes --non-interactive --stack "$STACK"
  fi
else
  # Removes the locks of processes that are gone from this machine. A lock of another machine is an error.
  ibm-quantum cancel --stack "$STACK"
fi
