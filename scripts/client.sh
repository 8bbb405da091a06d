# What the commands that run a program of tools/ share, and the smallest of them: token and demo. Sourced by fayo.
# shellcheck shell=bash

fayo_token() {
  wants_help "$@" || use_jwt_secret
  run_tool Cli token "$@"
}

fayo_demo() {
  if ! wants_help "$@"; then
    use_running_service
    use_jwt_secret
  fi
  run_tool Cli demo "$@"
}

# Help needs neither a service nor a secret.
wants_help() { [[ " $* " =~ \ (--help|-h|-\?)\  ]]; }

# The service of this checkout, or the one that FAYO_URL names.
use_running_service() {
  [[ -z ${FAYO_URL:-} ]] || return 0
  local pid
  pid=$(cat "$data/fayo.pid" 2>/dev/null) || true
  if ! FAYO_URL=$(cat "$data/fayo.url" 2>/dev/null) || ! is_alive "$pid"; then
    fail "The service is not running; start it with ./fayo up in another terminal."
  fi
  export FAYO_URL FAYO_PID=$pid
}

use_jwt_secret() {
  JWT_SECRET=${JWT_SECRET:-$(demo_secret JWT_SECRET)}
  [[ -n $JWT_SECRET ]] || fail "JWT_SECRET is not set, and there is no local demo that has made one up: run ./fayo up first."
  export JWT_SECRET
}

# run_tool PROJECT COMMAND...: replaces this process by the tool, which then gets the signals and the input, and sets the status.
run_tool() {
  build_if_needed "Fayo.Calls.$1" "tools/$1"
  exec dotnet "$(built "Fayo.Calls.$1")" "${@:2}"
}
