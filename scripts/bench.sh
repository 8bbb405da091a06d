# `./fayo bench`: the running service under load, or with --mint the making of Agora tokens. Sourced by fayo.
# shellcheck shell=bash

# shellcheck source=scripts/client.sh
source "$root/scripts/client.sh"

mint_rounds=3

fayo_bench() {
  if [[ ${1:-} == --mint ]]; then
    shift
    bench_mint "$@"
  else
    bench_calls "$@"
  fi
}

# The service's and PostgreSQL's processor time is counted where their process ids are known.
bench_calls() {
  use_running_service
  use_jwt_secret
  local -a options=("$@")
  local postmaster=$data/postgres/cluster/postmaster.pid
  if [[ -r $postmaster && " $* " != *" --postgres-pid "* ]]; then options+=(--postgres-pid "$(head -n 1 "$postmaster")"); fi
  run_client bench "${options[@]}"
}

# --- Agora tokens: ours and npm's agora-token by turns, on one and the same core ---

bench_mint() {
  local seconds=3
  if (($# > 0)); then
    [[ $# == 2 && $1 == --seconds && $2 =~ ^[1-9][0-9]?$ ]] || fail "usage: ./fayo bench --mint [--seconds 1..60]"
    seconds=$2
  fi
  choose_orleans
  build_if_needed Fayo.Calls.Cli tools/Cli
  need_node
  install_modules "$root/bench" || fail "The packages of bench/ cannot be installed; npm's words are above."

  local -a ours=() theirs=()
  local round
  for ((round = 0; round < mint_rounds; round++)); do
    ours+=("$(on_one_core dotnet "$(built Fayo.Calls.Cli)" mint --seconds "$seconds" | rate)")
    theirs+=("$(on_one_core node "$root/bench/mint.mjs" "$seconds" | rate)")
  done
  awk -v ours="$(median "${ours[@]}")" -v theirs="$(median "${theirs[@]}")" -v rounds="$mint_rounds" -v seconds="$seconds" 'BEGIN {
    printf "{\"kind\":\"mint\",\"rounds\":%d,\"seconds\":%d,\"tokens_per_s\":%d,\"agora_token_per_s\":%d,\"ratio\":%.1f}\n",
      rounds, seconds, ours, theirs, ours / theirs
  }'
}

on_one_core() {
  if command -v taskset >/dev/null; then taskset --cpu-list 0 "$@"; else "$@"; fi
}

rate() { sed -n 's/.*"tokens_per_s":\([0-9.]*\).*/\1/p' | grep .; }

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
