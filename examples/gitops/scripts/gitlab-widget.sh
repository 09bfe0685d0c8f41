#!/usr/bin/env bash
# Print what GitLab's own widget of a merge request counts, from a report: gitlab-widget.sh REPORT.json
set -euo pipefail
jq '[(.named, .others)[]?] as $all
  | ($all | map(select(.live == null)) | length) as $create
  | {create: $create, update: ([(.writes // []) | length - $create, 0] | max),
     delete: ($all | map(select(.head.allocation_seconds == 0)) | length)}' "$1"
