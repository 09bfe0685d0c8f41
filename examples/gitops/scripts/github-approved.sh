#!/usr/bin/env bash
# Print what was approved of the pull request that a commit came by: github-approved.sh
set -euo pipefail
here=$(dirname "$0")

pull=$("$here/github-pull.sh")
if [ -z "$pull" ]; then
  echo "github-approved.sh: $GITHUB_SHA came by no pull request, so nobody has approved what it does" >&2
  exit 1
fi
# The merge queue has checked it on top of what others have merged meanwhile: its report keeps what was approved, for that.
"$here/github-artifact.sh" newest "report-$GITHUB_SHA" report.json "$GITHUB_SHA" 2> /dev/null && exit
"$here/github-artifact.sh" oldest "effect-${pull#* }" report.json "${pull#* }"
