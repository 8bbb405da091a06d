# `./fayo bench`: the running service under load; with --mint how fast Agora tokens are made, with --history pages of a long
# history, with --search searches among many users, with --scale what clusters of many silos do, computed, with --compare the service
# beside other servers. Sourced by fayo.
# shellcheck shell=bash

# shellcheck source=scripts/client.sh
source "$root/scripts/client.sh"
# shellcheck source=scripts/workspace.sh
source "$root/scripts/workspace.sh"
# shellcheck source=scripts/service.sh
source "$root/scripts/service.sh"

mint_rounds=3

fayo_bench() {
  case ${1:-} in
    --mint) bench_mint "${@:2}" ;;
    --history) bench_own_service history "${@:2}" ;;
    --search) bench_own_service search "${@:2}" ;;
    --scale) bench_scale "$@" ;;
    --compare) bench_compare "${@:2}" ;;
    *) bench_calls "$@" ;;
  esac
}

# The CPU time of the service and of PostgreSQL is measured where their process ids are known.
bench_calls() {
  if wants_help "$@"; then run_tool Bench bench "$@"; fi
  use_running_service
  use_jwt_secret
  local -a options=("$@")
  local postmaster=$data/postgres/cluster/postmaster.pid
  if [[ -r $postmaster && " $* " != *" --postgres-pid "* ]]; then options+=(--postgres-pid "$(head -n 1 "$postmaster")"); fi
  run_tool Bench bench "${options[@]}"
}

# --- what clusters of many silos do, computed ---

bench_scale() {
  build_if_needed Fayo.Calls.Scale bench/scale
  exec dotnet "$(built Fayo.Calls.Scale)" bench "$@"
}

# --- Agora tokens: ours and npm's agora-token in turn, on the same core ---

bench_mint() {
  local seconds=3
  if (($# > 0)); then
    [[ $# == 2 && $1 == --seconds && $2 =~ ^[1-9][0-9]?$ ]] || fail "usage: ./fayo bench --mint [--seconds 1..60]"
    seconds=$2
  fi
  build_if_needed Fayo.Calls.Bench tools/Bench
  need_node
  install_modules "$root/bench" || fail "The packages of bench/ cannot be installed; npm's words are above."

  local -a ours=() theirs=()
  local round
  for ((round = 0; round < mint_rounds; round++)); do
    ours+=("$(on_one_core dotnet "$(built Fayo.Calls.Bench)" mint --seconds "$seconds" | rate)")
    theirs+=("$(on_one_core node "$root/bench/mint.mjs" "$seconds" | rate)")
  done
  awk -v ours="$(median "${ours[@]}")" -v theirs="$(median "${theirs[@]}")" -v rounds="$mint_rounds" -v seconds="$seconds" 'BEGIN {
    printf "{\"kind\":\"mint\",\"rounds\":%d,\"seconds\":%d,\"tokens_per_s\":%d,\"agora_token_per_s\":%d,\"ratio\":%.1f}\n",
      rounds, seconds, ours, theirs, ours / theirs
  }'
}

# --- pages of a long history, and searches among many users, on a service and a PostgreSQL of their own ---

bench_own_service() {
  local kind=$1
  shift
  (($# <= 1)) || fail "usage: ./fayo bench --$kind [ROWS]"
  build_if_needed Fayo.Calls.Silo src/Silo
  need_node
  install_modules "$root/bench" || fail "The packages of bench/ cannot be installed; npm's words are above."

  make_workspace bench
  trap finish_own_service EXIT
  start_own_postgres
  make_up_settings
  lift_call_limits
  start_service_on make_up_ports "$workspace/service.log"
  run_child node "$root/bench/$kind.mjs" "$@"
}

# --- the service beside a peer and a floor, each with a PostgreSQL of its own ---

bench_compare() {
  if wants_help "$@"; then run_tool Bench compare "$@"; fi
  # A comparison that cannot be made ends with 2, as the tool itself does.
  failure_status=2
  build_if_needed Fayo.Calls.Silo src/Silo
  build_if_needed Fayo.Calls.Floor tools/Floor
  build_if_needed Fayo.Calls.Bench tools/Bench
  if compares_peer "$@"; then
    need_node
    install_modules "$root/bench" || fail "The packages of bench/ cannot be installed; npm's words are above."
  fi

  make_workspace compare
  trap finish_compare EXIT
  forget_settings
  make_up_secrets
  run_child setpriv --pdeathsig TERM -- dotnet "$(built Fayo.Calls.Bench)" compare --workspace "$workspace" \
    --peer "$root/bench/peer.mjs" --floor "$(built Fayo.Calls.Floor)" --silo "$(built Fayo.Calls.Silo)" "$@"
}

finish_compare() {
  local status=$?
  ignore_signals
  remove_workspace "$workspace"
  exit "$status"
}

# Whether the peer takes part, which alone needs Node.js.
compares_peer() { [[ ! " $* " =~ \ --only[=\ ]([^\ ]*) || ,${BASH_REMATCH[1]}, == *,peer,* ]]; }

finish_own_service() {
  local status=$?
  ignore_signals
  if [[ -n $service ]]; then stop_process "$service"; fi
  if ((status != 0)) && [[ -f $workspace/service.log ]]; then tail -n 5 "$workspace/service.log" >&2; fi
  remove_workspace "$workspace"
  exit "$status"
}

on_one_core() {
  if command -v taskset >/dev/null; then taskset --cpu-list 0 "$@"; else "$@"; fi
}

rate() { sed -n 's/.*"tokens_per_s":\([0-9.]*\).*/\1/p' | grep .; }

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
