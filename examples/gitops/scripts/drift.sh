#!/usr/bin/env bash
# Compare what is live with what was last applied; writes nothing: drift.sh
#
# Usage that moves is no drift. $OUT/drift.md is there only where there is some. Ends with 1 where nobody can tell.
set -euo pipefail
: "${STACK:=production}" "${ENGINE:=ibm-quantum}" "${OUT:=out}"

mkdir -p "$OUT"
rm -f "$OUT/drift.md"
status=0
if [ "$ENGINE" = pulumi ]; then
  pulumi refresh --preview-only --expect-no-changes --diff --non-interactive --color never --stack "$STACK" \
    > "$OUT/drift.log" 2>&1 || status=$?
  cat "$OUT/drift.log"
  if [ "$status" -eq 7 ]; then
    { echo "**The account is not as the last run left it.**"; echo; grep -v '^@' "$OUT/drift.log" | sed 's/^/    /'; } \
      > "$OUT/drift.md"
    status=0
  fi
else
  ibm-quantum drift --stack "$STACK" --config "${CONFIG:-stacks/project.yaml}" --format markdown > "$OUT/drift.log" \
    || status=$?
  cat "$OUT/drift.log"
  if [ "$status" -eq 2 ] && [ -s "$OUT/drift.log" ]; then
    mv "$OUT/drift.log" "$OUT/drift.md"
    status=0
  fi
fi
exit "$status"
