# The service as a child of the command: on HOST and PORT, with the settings of the environment. Sourced.
# shellcheck shell=bash

# The service takes at most half a minute to finish what it has begun.
ready_seconds=60
stop_seconds=45

service=
status=0

# It dies with this process even when that is killed outright; and unlike other children of a script it hears Ctrl-C.
start_service() {
  local assembly
  assembly=$(built Fayo.Calls.Silo)
  exit_if_stopping
  (
    cd "$(dirname "$assembly")"
    exec setpriv --pdeathsig TERM -- env --default-signal=INT,QUIT dotnet "$assembly"
  ) 9>&- &
  service=$!
  child=$service
}

wait_until_ready() {
  local deadline=$((SECONDS + ready_seconds)) host
  host=$(local_host)
  while [[ $(http_status "$host" "$PORT" /health/ready) != 200 ]]; do
    if $stopping || ! is_alive "$service"; then
      await_service
      exit "$status"
    fi
    ((SECONDS < deadline)) || fail "The service is not ready after $ready_seconds s: $(base_url)/health/ready does not answer 200."
    sleep 0.1
  done
}

# Sets `status`. Once told to stop, the service has some time, and no more.
await_service() {
  status=0
  interrupted=false
  $stopping || wait "$service" 2>/dev/null || status=$?
  if $stopping; then
    # The signal may have come before the service was there to hear it.
    kill -TERM "$service" 2>/dev/null || true
    wait_until_gone "$service" "$stop_seconds" || kill -KILL "$service"
    status=0
    await_child || status=$?
  fi
  child=
  service=
  if $stopping; then say "The service has stopped."; else warn "the service ended by itself, with status $status."; fi
}

stop_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  wait_until_gone "$1" "$stop_seconds" || {
    warn "process $1 does not stop; killing it."
    kill -KILL "$1" 2>/dev/null || true
    wait_until_gone "$1" 10 || true
  }
}

# Where this machine itself reaches the service.
local_host() {
  case $HOST in
    0.0.0.0) echo 127.0.0.1 ;;
    ::) echo ::1 ;;
    *) echo "$HOST" ;;
  esac
}

base_url() {
  local host
  host=$(local_host)
  [[ $host != *:* ]] || host="[$host]"
  echo "http://$host:$PORT"
}
