#!/usr/bin/env bash
# Compare what is live with what was last applied; writes nothing: drift.sh
#
# Usage that moves is no drift. $OUT/drift.md is there only where there is some. Ends with 1 where nobody can tell.
set -euo pipefail
: "${CONFIG:=stacks/project.yaml}" "${STACK:=production}" "${ENGINE:=ibm-quantum}" "${OUT:=out}"

drift() {
  if [ "$ENGINE" = pulumi ]; then
    pulumi stack export --stack "$STACK" | ibm-quantum drift --config "$CONFIG" --state - --format markdown
  else
    ibm-quantum drift --config "$CONFIG" --stack "$STACK" --format markdown
  fi
}

mkdir -p "$OUT"
drift > "$OUT/drift.md" && status=0 || status=$?
cat "$OUT/drift.md"
# 2 is also how a command ends that was called wrongly, and that has printed nothing.
if [ "$status" -eq 2 ] && [ -s "$OUT/drift.md" ]; then
  exit 0
fi
rm "$OUT/drift.md"
exit "$status"
