#!/usr/bin/env bash
# Print which pull request a run is about, and its head commit: "12 4f0c..."; nothing for a commit that came by none.
#
# GITHUB_REF is that of a pull request, of a merge queue's branch, or of the branch that one was merged into.
set -euo pipefail

case $GITHUB_REF in
  refs/pull/*/merge)
    number=${GITHUB_REF#refs/pull/}
    echo "${number%/merge} $(git rev-parse 'HEAD^2')"
    ;;
  refs/heads/gh-readonly-queue/*)
    number=${GITHUB_REF##*/pr-}
    gh api "repos/{owner}/{repo}/pulls/${number%%-*}" --jq '"\(.number) \(.head.sha)"'
    ;;
  *)
    gh api "repos/{owner}/{repo}/commits/$GITHUB_SHA/pulls" --jq '.[0] // empty | "\(.number) \(.head.sha)"'
    ;;
esac
