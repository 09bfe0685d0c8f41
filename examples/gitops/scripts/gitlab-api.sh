#!/usr/bin/env bash
# Call GitLab's API about this project: gitlab-api.sh PATH [OPTION OF CURL ...]
#
# As the project's own token GITLAB_TOKEN, which jobs of merge requests do not have, else as the job. No argument of a
# process has it.
set -euo pipefail
path=$1
shift
if [ -n "${GITLAB_TOKEN:-}" ]; then header="PRIVATE-TOKEN: $GITLAB_TOKEN"; else header="JOB-TOKEN: $CI_JOB_TOKEN"; fi
curl --fail --silent --show-error --location --config <(printf 'header = "%s"\n' "$header") "$@" \
  "$CI_API_V4_URL/projects/$CI_PROJECT_ID/$path"
