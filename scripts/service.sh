# The service as a child of the command: on HOST and PORT, with the settings of the environment. Sourced.
# shellcheck shell=bash

# The service needs at most half a minute to finish requests that it has begun.
ready_seconds=60
stop_seconds=45

# How often the service is given other ports when one of them is in use.
port_attempts=5

# The exit status of the service when it cannot use a setting.
status_bad_settings=2

service=
status=0
# Where the process id of the service is written; empty for nowhere.
pid_file=

# The service is stopped with this process, even when this process is killed. Unlike other children of a script it receives Ctrl-C.
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
  [[ -z $pid_file ]] || write_file "$pid_file" "$service"
}

# Replaces the file as a whole, so that nobody reads half of it.
write_file() {
  echo "$2" >"$1.new"
  mv "$1.new" "$1"
}

# start_service_on CHOOSE_PORTS [FILE]: starts the service, with its output in FILE where one is named, and waits until it is ready.
# While a port is in use it is started again: the function CHOOSE_PORTS is given the number of the attempt, sets the ports, and fails
# where there are no others.
start_service_on() {
  local choose_ports=$1 output=${2:-} attempt
  for ((attempt = 1; attempt <= port_attempts; attempt++)); do
    "$choose_ports" "$attempt" || break
    if [[ -n $output ]]; then start_service >>"$output" 2>&1; else start_service; fi
    if wait_until_ready; then return; fi
    port_was_taken || break
  done
  exit "$status"
}

# Whether the service has ended because another program listens on one of its ports.
port_was_taken() {
  local port
  ((status == status_bad_settings)) || return 1
  # shellcheck disable=SC2153 # PORT comes from the environment.
  for port in "$PORT" "${Calls__SiloPort:-}" "${Calls__SiloGatewayPort:-}"; do
    if [[ -n $port ]] && port_answers 127.0.0.1 "$port"; then return; fi
  done
  return 1
}

# Fails when the service has ended before, with its status in `status`.
wait_until_ready() {
  local deadline=$((SECONDS + ready_seconds)) host
  host=$(local_host)
  until listens_itself "$service" "$PORT" && [[ $(http_status "$host" "$PORT" /health/ready) == 200 ]]; do
    if $stopping || ! is_alive "$service"; then
      await_service
      return 1
    fi
    ((SECONDS < deadline)) || fail "The service is not ready after $ready_seconds s: $(base_url)/health/ready does not answer 200."
    sleep 0.1
  done
}

# Sets `status`. A service that is told to stop and does not end in time is killed.
await_service() {
  status=0
  interrupted=false
  $stopping || wait "$service" 2>/dev/null || status=$?
  if $stopping; then
    # The signal may have come before the service was ready to receive it.
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

# The address at which this machine reaches the service.
local_host() {
  # shellcheck disable=SC2153 # HOST comes from the environment.
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
