#!/usr/bin/env bash
# Review a pull request, or check again what was approved of it: github-review.sh BASE
#
# What was approved of a commit is the first report on it that did not refuse it. Where there is one, the change is held
# to that, and a merge queue needs one.
set -euo pipefail
here=$(dirname "$0")
: "${OUT:=out}"

mkdir -p "$OUT"
"$here/github-artifact.sh" newest snapshot snapshot.json > "$OUT/snapshot.json"
pull=$("$here/github-pull.sh")
head=${pull#* }
approved=$OUT/approved.json
if ! "$here/github-artifact.sh" oldest "effect-$head" report.json "$head" > "$approved"; then
  [ "$GITHUB_EVENT_NAME" = pull_request ] # else there is nothing to hold it to
  approved=
fi
"$here/review.sh" "$1" "$OUT/snapshot.json" "$approved"
[ -n "$approved" ] || echo "effect=effect-$head" >> "${GITHUB_OUTPUT:-/dev/null}"
