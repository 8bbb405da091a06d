# The commands that talk to a running service; what they do lies in tools/Cli. Sourced by fayo.
# shellcheck shell=bash

fayo_token() {
  use_jwt_secret
  run_client token "$@"
}

fayo_demo() {
  use_running_service
  use_jwt_secret
  run_client demo "$@"
}

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

# Takes the place of this process, so that signals, input and status are the client's own.
run_client() {
  build_if_needed Fayo.Calls.Cli tools/Cli
  exec dotnet "$(built Fayo.Calls.Cli)" "$@"
}
