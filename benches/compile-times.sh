#!/usr/bin/env bash
# CPU seconds (user and system) of compiling the generated builders, which other work on the machine hardly affects.
# In: nothing. Out: a table; each figure is the minimum of ROUNDS (2) runs, all in a new target folder. Refuses: to
# continue if touching a file of the root package makes cargo compile the generated builders.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${ROUNDS:-2}
root_file=src/lib.rs
generated_file=crates/resources/src/aws/kinesis/stream.rs
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_TARGET_DIR=$folder/target
unset CARGO_INCREMENTAL

# The CPU seconds of a cargo command, whose log goes to $folder/log.
seconds() {
  local spent TIMEFORMAT='%U %S'
  spent=$({ time cargo build --quiet --locked --offline "$@" >"$folder/log" 2>&1; } 2>&1) || {
    cat "$folder/log" >&2
    return 1
  }
  awk '{ print $1 + $2 }' <<<"$spent"
}

# The minimum of several figures, one per line.
least() { sort -n | head -n 1; }

cold() {
  for ((round = 0; round < rounds; round++)); do
    rm -rf "$CARGO_TARGET_DIR"
    seconds "$@"
  done | least
}

touched() {
  local file=$1
  shift
  seconds "$@" >/dev/null
  for ((round = 0; round < rounds; round++)); do
    sleep 1 # exceeds the resolution of file times
    touch "$file"
    seconds "$@"
  done | least
}

# Shows, with cargo's own output, that a file of the root package does not rebuild the builders.
proof() {
  cargo build --quiet --locked --offline "$@"
  sleep 1
  touch "$root_file"
  cargo build --verbose --locked --offline "$@" 2>&1 | grep -E '(Fresh|Dirty|Compiling) strataform(-resources)? ' |
    sed 's/ (.*//; s/^ */    /' | sort -u | tee "$folder/proof"
  grep -q 'Fresh strataform-resources' "$folder/proof"
  grep -q 'Compiling strataform v' "$folder/proof"
}

row() { printf '| %s | %s |\n' "$1" "$2"; }

model=$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
printf '%s, %s CPUs, %s\n\n' "$model" "$(nproc)" "$(rustc --version)"
printf '| build | CPU seconds |\n|---|---:|\n'
row 'builders, release, cold' "$(cold --release -p strataform-resources)"
row 'builders, release, a generated file touched' \
  "$(touched "$generated_file" --release -p strataform-resources)"
row 'builders of all services, release, cold' "$(cold --release -p strataform-resources-all --features all)"
row 'builders, dev, cold' "$(cold -p strataform-resources)"
row 'builders, dev, a generated file touched' "$(touched "$generated_file" -p strataform-resources)"
row 'root package, dev, a file of it touched' "$(touched "$root_file" -p strataform)"
row 'root package, release, a file of it touched' "$(touched "$root_file" --release -p strataform)"
printf '\nAfter a file of the root package was touched:\n\n'
proof --release -p strataform
