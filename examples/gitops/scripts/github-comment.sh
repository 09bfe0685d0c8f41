#!/usr/bin/env bash
# Write a comment on a pull request, or edit the one that is there: github-comment.sh NUMBER MARK FILE [edit]
#
# MARK tells our comments apart. With `edit` nothing is written where there is none yet.
set -euo pipefail
number=$1 file=$3
export MARK="<!-- quantum: $2 -->"

# shellcheck disable=SC2016 # $ENV is jq's
id=$(gh api --paginate "repos/{owner}/{repo}/issues/$number/comments" --jq '
  .[] | select(.user.type == "Bot") | select(.body | startswith($ENV.MARK)) | .id' | tail -n 1)
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{ echo "$MARK"; cat "$file"; } > "$body"
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/{owner}/{repo}/issues/comments/$id" --field "body=@$body"
elif [ "${4:-}" != edit ]; then
  gh api --silent --method POST "repos/{owner}/{repo}/issues/$number/comments" --field "body=@$body"
fi
