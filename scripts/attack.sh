# `./fayo attack`: abuses of the service, one after another, beside a normal load. Sourced by fayo.
#
# It starts a PostgreSQL and a service of its own on loopback, and does not touch .data. It rings for five seconds only, so that the
# calls of one abuse have ended before the next one begins.
# shellcheck shell=bash

# shellcheck source=scripts/client.sh
source "$root/scripts/client.sh"
# shellcheck source=scripts/workspace.sh
source "$root/scripts/workspace.sh"
# shellcheck source=scripts/service.sh
source "$root/scripts/service.sh"

fayo_attack() {
  if wants_help "$@"; then run_tool Attack attack "$@"; fi
  build_if_needed Fayo.Calls.Silo src/Silo
  build_if_needed Fayo.Calls.Attack tools/Attack
  make_workspace attack
  trap finish_attack EXIT
  start_own_postgres
  make_up_settings
  export Calls__RingTimeout=00:00:05
  start_service_on make_up_ports "$workspace/service.log"
  FAYO_PID=$service run_child dotnet "$(built Fayo.Calls.Attack)" attack "$@"
}

finish_attack() {
  local status=$?
  ignore_signals
  if [[ -n $service ]]; then stop_process "$service"; fi
  if ((status != 0)) && [[ -f $workspace/service.log ]]; then tail -n 5 "$workspace/service.log" >&2; fi
  remove_workspace "$workspace"
  exit "$status"
}
