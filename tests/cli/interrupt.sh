#!/usr/bin/env bash
# ^C ends a run with 130 and leaves no report that looks complete.
# shellcheck source=tests/cli/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir many
for i in {1..40}; do
  for j in {1..4000}; do echo "ALTER TABLE t$j ADD COLUMN c$i int;"; done >"many/$i.sql"
done
touch .out .err
python3 - "$UNWEDGE" <<'PY' >.code 2>.err
import os, signal, subprocess, sys, time

def restore():  # a job started with & ignores it
    signal.signal(signal.SIGINT, signal.SIG_DFL)

process = subprocess.Popen(
    [sys.argv[1], "--jobs", "1", "--format", "json", "--output", "sarif:r.sarif", "many"],
    stdout=open(".out", "wb"), preexec_fn=restore)

def catches_interrupts():
    with open(f"/proc/{process.pid}/status") as lines:
        caught = next((line.split()[1] for line in lines if line.startswith("SigCgt:")), "0")
    return int(caught, 16) & 1 << signal.SIGINT - 1

while process.poll() is None and not catches_interrupts():
    time.sleep(0.001)
if process.poll() is None:
    process.send_signal(signal.SIGINT)
print(process.wait())
PY
case $(<.code) in
  130)
    err "Interrupted: "
    empty_out
    [[ ! -e r.sarif ]] || fail "a partial report"
    ;;
  0 | 1) echo "it was faster than the signal" && exit 77 ;;
  *) fail "status $(<.code)" ;;
esac

finish
