# `./fayo chaos`: random calls over bad connections, and then the service's records are checked. Sourced by fayo.
#
# Without --base it starts a PostgreSQL and a service of its own, kills the service now and then, and disturbs the PostgreSQL; it does
# not touch .data. If it is killed itself, the service ends with it, and the next run removes the PostgreSQL (workspace.sh).
# shellcheck shell=bash

# shellcheck source=scripts/client.sh
source "$root/scripts/client.sh"
# shellcheck source=scripts/workspace.sh
source "$root/scripts/workspace.sh"
# shellcheck source=scripts/service.sh
source "$root/scripts/service.sh"

fayo_chaos() {
  if wants_help "$@"; then run_tool Chaos chaos "$@"; fi
  if [[ " $*" == *" --base"[\ =]* ]]; then
    use_jwt_secret
    run_tool Chaos chaos "$@"
  fi

  make_workspace chaos
  trap 'finish_chaos' EXIT
  build_if_needed Fayo.Calls.Silo src/Silo
  build_if_needed Fayo.Calls.Chaos tools/Chaos
  start_own_postgres
  make_up_settings
  lift_call_limits
  local status attempt errors=$workspace/errors
  for ((attempt = 1; attempt <= port_attempts; attempt++)); do
    make_up_ports
    status=0
    run_child setpriv --pdeathsig TERM -- dotnet "$(built Fayo.Calls.Chaos)" chaos \
      --silo "$(built Fayo.Calls.Silo)" --postgres "$workspace/postgres" "$@" 2>"$errors" || status=$?
    # The tool prints the output of its service.
    grep -q "is in use by another program" "$errors" || break
  done
  cat "$errors" >&2
  exit "$status"
}

finish_chaos() {
  local status=$?
  ignore_signals
  remove_workspace "$workspace"
  exit "$status"
}
