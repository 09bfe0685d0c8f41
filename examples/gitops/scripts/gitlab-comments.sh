#!/usr/bin/env bash
# Write the newest report of every open merge request as a note on it: gitlab-comments.sh
#
# A job of a merge request has no token that may write notes, and must not have one: this runs on the default branch.
set -euo pipefail
here=$(dirname "$0")
api=$here/gitlab-api.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for iid in $("$api" "merge_requests?state=opened&target_branch=$CI_DEFAULT_BRANCH&per_page=100" | jq '.[].iid'); do
  pipeline=$("$api" "merge_requests/$iid/pipelines" | jq '.[0].id // empty')
  [ -n "$pipeline" ] || continue
  job=$("$api" "pipelines/$pipeline/jobs" | jq '[.[] | select(.name == "effect")][0].id // empty')
  [ -n "$job" ] || continue
  for file in report.md report.json; do
    "$api" "jobs/$job/artifacts/out/$file" > "$work/$file" || continue 2
  done
  how=
  [ "$(jq '.verdict == "no effect" and (.warnings | length) == 0' "$work/report.json")" = false ] || how=edit
  "$here/gitlab-comment.sh" "$iid" effect "$work/report.md" "$how"
done
