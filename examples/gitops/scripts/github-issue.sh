#!/usr/bin/env bash
# Keep one issue open while a file is there: github-issue.sh LABEL TITLE FILE
#
# It is opened, edited while it is open, and closed when the file is gone.
set -euo pipefail
label=$1 title=$2 file=$3

number=$(gh issue list --label "$label" --state open --limit 1 --json number --jq '.[0].number // empty')
if [ ! -s "$file" ]; then
  [ -z "$number" ] || gh issue close "$number" --comment "This is over."
elif [ -n "$number" ]; then
  gh issue edit "$number" --body-file "$file"
else
  gh label create "$label" --force
  gh issue create --label "$label" --title "$title" --body-file "$file"
fi
