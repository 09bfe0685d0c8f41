#!/usr/bin/env bash
# Comment the report of a review on its pull request: github-report.sh
#
# The review ran what the pull request says, so nothing of it is believed but that it is a report for its commit. A
# merge queue's is commented where it refuses, and one without effect and warnings only edits what is there.
set -euo pipefail
here=$(dirname "$0")
: "${EVENT:?the event of the review}" "${HEAD_SHA:?its commit}" "${HEAD_BRANCH:?}" "${HEAD_OWNER:?}"
export HEAD_SHA

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in report.md report.json; do
  "$here/github-artifact.sh" newest "report-$HEAD_SHA" "$file" "$HEAD_SHA" > "$work/$file"
done
verdict=$(jq -r .verdict "$work/report.json")
how=
if [ "$EVENT" = merge_group ]; then
  number=${HEAD_BRANCH##*/pr-}
  number=${number%%-*}
  [ "$verdict" = refused ] || exit 0
else
  # Of the open ones that whose head this commit still is: a report on an older one comes too late.
  # shellcheck disable=SC2016 # $ENV is jq's
  number=$(gh api --method GET "repos/{owner}/{repo}/pulls" --field state=open --field "head=$HEAD_OWNER:$HEAD_BRANCH" \
    --jq '[.[] | select(.head.sha == $ENV.HEAD_SHA)][0].number // empty')
  [ -n "$number" ] || exit 0
  [ "$verdict" != "no effect" ] || [ "$(jq '.warnings | length' "$work/report.json")" -gt 0 ] || how=edit
fi
"$here/github-comment.sh" "$number" effect "$work/report.md" "$how"
