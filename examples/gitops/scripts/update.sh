#!/usr/bin/env bash
# Apply what the configuration here decides, unattended: update.sh [APPROVED]
#
# Takes a snapshot for this run, decides from it, holds that to the report APPROVED where one is given, and writes.
# Ends with 0 applied or nothing to do, 3 stopped by a guard with nothing written, 1 failed or not as approved.
# $OUT/update.md tells people; $OUT/guarded.md, the same with a report, is there only where a guard stopped it.
#
# ENGINE: ibm-quantum (state in a folder) or pulumi (any state). OBSERVE=true writes nothing. ATTENDED=true is for a run
# that somebody has approved after a guard stopped one.
set -euo pipefail
: "${CONFIG:=stacks/project.yaml}" "${STACK:=production}" "${ENGINE:=ibm-quantum}" "${OUT:=out}"
: "${OBSERVE:=false}" "${ATTENDED:=false}"
approved=${1:-}

mkdir -p "$OUT"
out=$(cd "$OUT" && pwd)
rm -f "$out"/{update.log,update.md,guarded.md}

settings=("snapshot=$out/snapshot.json")
[ -z "$approved" ] || settings+=("approved=$(realpath "$approved")")
[ "$ATTENDED" = true ] || settings+=(unattended=true)
[ "$OBSERVE" != true ] || settings+=(observe=true)

apply() {
  ibm-quantum snapshot --config "$CONFIG" --output "$out/snapshot.json" || return 1
  if [ "$ENGINE" = pulumi ]; then
    # The CLI keeps what it is told with --config; so it is told about a copy.
    cp "$(dirname "$CONFIG")/Pulumi.${STACK##*/}.yaml" "$out/settings.yaml" || return 1
    pulumi up --yes --skip-preview --non-interactive --suppress-outputs --color never --stack "$STACK" \
      --config-file "$out/settings.yaml" "${settings[@]/#/--config=ibm-quantum:}"
  else
    local options=("${settings[@]/%=true/}")
    ibm-quantum up --yes --skip-preview --stack "$STACK" "${options[@]/#/--}"
  fi
}

# A pipeline that is cancelled tells this process alone. The run has a process group of its own, is told too, saves what
# it has done and lets go of its lock; who is told twice gives up sooner.
set -m
trap 'kill -INT %1' INT TERM
apply 2>&1 | tee -i "$out/update.log" &
wait %1 && status=0 || status=$?
while [ "$status" -gt 128 ] && kill -0 %1 2> "$out/error"; do wait %1 && status=0 || status=$?; done

outcome=failed headline="Failed: the log says what was done, and the next run finishes it"
if [ "$status" -eq 0 ] || [ "$status" -eq 2 ]; then
  if [ "$OBSERVE" = true ]; then
    outcome=observed headline="Observed: nothing was written"
  elif grep -qE '^Resources: .*(created|updated|deleted)|^    [-+~]+ *[0-9]+ ' "$out/update.log"; then
    outcome=applied headline="Applied"
  else
    outcome=nothing headline="Nothing to do"
  fi
  status=0
elif grep -q 'stopped by a guard' "$out/update.log"; then
  outcome=guarded headline="Stopped by a guard: nothing was written" status=3
elif grep -q 'no longer does what was approved' "$out/update.log"; then
  outcome=refused headline="Not applied: this is no longer what was approved" status=1
else
  status=1
fi

{
  printf '**%s.**\n\n<details open><summary>What the run says</summary>\n\n' "$headline"
  # Indented, it is code whatever it holds; a comment may have 65 536 characters.
  grep -v '^@' "$out/update.log" | awk '{ n += length($0) + 5 } n > 50000 { print "    ..."; exit } { print "    " $0 }'
  printf '\n</details>\n'
} > "$out/update.md"
if [ "$outcome" = guarded ]; then
  ibm-quantum report --head "$CONFIG" --snapshot "$out/snapshot.json" --output "$out/report.md" || true
  cat "$out/update.md" "$out/report.md" > "$out/guarded.md"
fi
echo "outcome=$outcome" >> "${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
