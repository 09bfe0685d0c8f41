#!/usr/bin/env bash
# Report what the configuration here does to the account: review.sh BASE SNAPSHOT [APPROVED]
#
# Compares it with that of the commit BASE, on the figures of SNAPSHOT, and with the report APPROVED where one is given.
# Needs no key and no state. Writes report.md, report.json and report.html into $OUT. Ends with 1 where the change must
# not be applied, or no longer does what was approved; the report is written all the same.
set -euo pipefail
: "${CONFIG:=stacks/project.yaml}" "${OUT:=out}" "${MAX_AGE:=26h}"
base=$1 snapshot=$2 approved=${3:-}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$OUT"
rm -f "$OUT"/report.{md,json,html}

git cat-file -e "$base^{commit}" || { echo "review.sh: there is no commit $base here" >&2; exit 1; }
# A file, or a folder of files. Where BASE has neither, the change is compared with what the instances have.
before=
if git cat-file -e "$base:./$CONFIG" 2> "$work/error"; then
  git archive "$base" "$CONFIG" | tar -x -C "$work"
  before=$work/$CONFIG
fi

status=0
ibm-quantum report ${before:+--base "$before"} --head "$CONFIG" --snapshot "$snapshot" \
  --max-age "$MAX_AGE" ${approved:+--approved "$approved"} \
  --output "$OUT/report.md" --output "$OUT/report.json" --output "$OUT/report.html" || status=$?

# 2 is also how a command ends that was called wrongly, and that has written nothing.
[ -s "$OUT/report.json" ] && { [ "$status" -eq 0 ] || [ "$status" -eq 2 ]; }
