#!/usr/bin/env bash
# Keep one issue open while a file is there: gitlab-issue.sh LABEL TITLE FILE
#
# It is opened, edited while it is open, and closed when the file is gone.
set -euo pipefail
api=$(dirname "$0")/gitlab-api.sh
label=$1 title=$2 file=$3

iid=$("$api" "issues?state=opened&labels=$label" | jq '.[0].iid // empty')
if [ ! -s "$file" ]; then
  [ -z "$iid" ] || "$api" "issues/$iid" --request PUT --data state_event=close --output /dev/null
elif [ -n "$iid" ]; then
  "$api" "issues/$iid" --request PUT --data-urlencode "description@$file" --output /dev/null
else
  "$api" issues --request POST --data "labels=$label" --data-urlencode "title=$title" \
    --data-urlencode "description@$file" --output /dev/null
fi
