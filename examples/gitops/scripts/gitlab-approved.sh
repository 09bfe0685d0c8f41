#!/usr/bin/env bash
# Print what was approved of a merge request, its newest report that did not refuse it: gitlab-approved.sh IID
set -euo pipefail
here=$(dirname "$0")
if [ -z "$1" ]; then
  echo "gitlab-approved.sh: $CI_COMMIT_SHA came by no merge request, so nobody has approved what it does" >&2
  exit 1
fi
# Of a merge train once it has landed, which keeps what was approved for the branch as it was then; of a pipeline for
# merged results, else of one of the branch alone.
train=train
[ "${CI_MERGE_REQUEST_EVENT_TYPE:-}" != merge_train ] || train=
for ref in $train merge head; do
  "$here/gitlab-api.sh" "jobs/artifacts/refs%2Fmerge-requests%2F$1%2F$ref/raw/out/report.json?job=effect" && exit
done
echo "gitlab-approved.sh: merge request $1 has no report" >&2
exit 1
