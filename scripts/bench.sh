# `./fayo bench`: the running service under load; with --mint the making of Agora tokens, with --history pages of a long
# history. Sourced by fayo.
# shellcheck shell=bash

# shellcheck source=scripts/client.sh
source "$root/scripts/client.sh"

mint_rounds=3

fayo_bench() {
  case ${1:-} in
    --mint) bench_mint "${@:2}" ;;
    --history) bench_history "${@:2}" ;;
    *) bench_calls "$@" ;;
  esac
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

# --- pages of a long history, on a service and a PostgreSQL of their own ---

bench_history() {
  (($# <= 1)) || fail "usage: ./fayo bench --history [ROWS]"
  choose_orleans
  build_if_needed Fayo.Calls.Silo src/Silo
  need_node
  install_modules "$root/bench" || fail "The packages of bench/ cannot be installed; npm's words are above."

  history_folder=$(mktemp -d "${TMPDIR:-/tmp}/fayo-bench.XXXXXX")
  # PostgreSQL's user has to get through where PostgreSQL may not run as root.
  ((EUID != 0)) || chmod 711 "$history_folder"
  trap finish_history EXIT
  run_child "$root/scripts/postgres.sh" start "$history_folder/postgres"
  DATABASE_URL=$("$root/scripts/postgres.sh" url "$history_folder/postgres")
  JWT_SECRET=$(random_hex 32)
  PORT=$(free_port)
  export DATABASE_URL JWT_SECRET PORT FAYO_URL=http://127.0.0.1:$PORT
  AGORA_APP_ID=$(random_hex 16) AGORA_APP_CERTIFICATE=$(random_hex 16) HOST=127.0.0.1 \
    Calls__SiloPort=$(free_port) Calls__SiloGatewayPort=$(free_port) \
    setpriv --pdeathsig TERM -- dotnet "$(built Fayo.Calls.Silo)" >"$history_folder/service.log" 2>&1 &
  history_service=$!
  until [[ $(http_status 127.0.0.1 "$PORT" /health/ready) == 200 ]]; do
    is_alive "$history_service" || fail "The service ended: $(tail -n 5 "$history_folder/service.log")"
    exit_if_stopping
    sleep 0.1
  done
  run_child node "$root/bench/history.mjs" "$@"
}

finish_history() {
  local status=$?
  ignore_signals
  if [[ -n ${history_service:-} ]]; then
    kill -TERM "$history_service" 2>/dev/null || true
    wait_until_gone "$history_service" 20 || kill -KILL "$history_service"
  fi
  "$root/scripts/postgres.sh" stop "$history_folder/postgres"
  rm -rf "$history_folder"
  exit "$status"
}

on_one_core() {
  if command -v taskset >/dev/null; then taskset --cpu-list 0 "$@"; else "$@"; fi
}

rate() { sed -n 's/.*"tokens_per_s":\([0-9.]*\).*/\1/p' | grep .; }

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
