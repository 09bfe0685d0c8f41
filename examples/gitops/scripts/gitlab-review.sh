#!/usr/bin/env bash
# Review a merge request, or check again in a merge train what was approved of it: gitlab-review.sh
set -euo pipefail
here=$(dirname "$0")
: "${OUT:=out}"

mkdir -p "$OUT"
newest="jobs/artifacts/$CI_DEFAULT_BRANCH/raw/snapshot.json?job=snapshot&search_recent_successful_pipelines=true"
"$here/gitlab-api.sh" "$newest" > "$OUT/snapshot.json"
approved=
if [ "${CI_MERGE_REQUEST_EVENT_TYPE:-}" = merge_train ]; then
  approved=$OUT/approved.json
  "$here/gitlab-approved.sh" "$CI_MERGE_REQUEST_IID" > "$approved"
fi
base=${CI_MERGE_REQUEST_TARGET_BRANCH_SHA:-$CI_MERGE_REQUEST_DIFF_BASE_SHA}
"$here/review.sh" "$base" "$OUT/snapshot.json" "$approved"
