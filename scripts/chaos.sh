# `./fayo chaos`: random calls over bad connections, and then the books are checked. Sourced by fayo.
#
# Without --base it has a PostgreSQL of its own and a service, which it kills now and then; nothing of .data is touched. If it is
# killed outright itself, the service goes with it, and the next run clears the PostgreSQL away (workspace.sh).
# shellcheck shell=bash

# shellcheck source=scripts/client.sh
source "$root/scripts/client.sh"
# shellcheck source=scripts/workspace.sh
source "$root/scripts/workspace.sh"

fayo_chaos() {
  if [[ " $*" == *" --base"[\ =]* ]]; then
    use_jwt_secret
    run_client chaos "$@"
  fi

  make_workspace chaos
  trap 'finish_chaos' EXIT
  build_if_needed Fayo.Calls.Silo src/Silo
  build_if_needed Fayo.Calls.Cli tools/Cli
  start_own_postgres
  make_up_settings
  local status=0
  run_child setpriv --pdeathsig TERM -- dotnet "$(built Fayo.Calls.Cli)" chaos --silo "$(built Fayo.Calls.Silo)" "$@" || status=$?
  exit "$status"
}

finish_chaos() {
  local status=$?
  ignore_signals
  remove_workspace "$workspace"
  exit "$status"
}
