#!/usr/bin/env bash
# Print a file out of an artifact of this repository: github-artifact.sh newest|oldest NAME FILE [COMMIT]
#
# Whoever opens a pull request can upload artifacts of any name. With COMMIT only those count that runs for this commit
# have made, without it only those of the default branch.
set -euo pipefail
export WHICH=$1 NAME=$2 FILE=$3 COMMIT=${4:-} BRANCH=${BRANCH:-main}

# shellcheck disable=SC2016 # $ENV is jq's
id=$(gh api "repos/{owner}/{repo}/actions/artifacts?name=$NAME&per_page=100" --jq '
  [.artifacts[] | select(.expired | not) | select(.workflow_run |
    if $ENV.COMMIT == "" then .head_branch == $ENV.BRANCH and .head_repository_id == .repository_id
    else .head_sha == $ENV.COMMIT end)]
  | sort_by(.created_at) | if $ENV.WHICH == "oldest" then .[0] else .[-1] end | .id // empty')
if [ -z "$id" ]; then
  echo "github-artifact.sh: there is no artifact $NAME of ${COMMIT:-$BRANCH}" >&2
  exit 1
fi
archive=$(mktemp)
trap 'rm -f "$archive"' EXIT
gh api "repos/{owner}/{repo}/actions/artifacts/$id/zip" > "$archive"
unzip -p "$archive" "$FILE"
