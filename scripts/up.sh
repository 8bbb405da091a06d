# `./fayo up`: everything set up, and the service run as a child until it ends or is told to. Sourced by fayo.
#
# In .data/ lie, besides the database and the demo's secrets: lock (held while `up` runs; its process id inside),
# fayo.pid (the process that serves) and fayo.url (where; only once it is ready).
# shellcheck shell=bash

# The service takes at most half a minute to finish what it has begun; PostgreSQL's time-out is its own.
ready_seconds=60
stop_seconds=45

own_database=$data/postgres
has_own_database=false
service=
status=0

fayo_up() {
  (($# == 0)) || fail "./fayo up takes no arguments; its settings are environment variables (./fayo help)."
  hear_interrupts
  export HOST=${HOST:-127.0.0.1} PORT=${PORT:-3010}
  make_data_folder
  take_lock
  trap finish EXIT
  stop_leftovers
  check_port
  choose_orleans
  describe_orleans
  build_if_needed Fayo.Calls.Silo src/Silo
  build_if_needed Fayo.Calls.Cli tools/Cli
  prepare_secrets
  prepare_database
  choose_cluster_ports
  start_service
  wait_until_ready
  announce
  await_service
  exit "$status"
}

# A script that starts `./fayo up &` lets it start deaf to SIGINT, and bash cannot undo that by itself.
hear_interrupts() {
  if $deaf_to_interrupts; then exec env --default-signal=INT "$root/fayo" up; fi
}

# --- one at a time, and after anything ---

make_data_folder() {
  # PostgreSQL's user has to get through to .data/postgres where PostgreSQL may not run as root; all that lies here is closed by itself.
  local mode=700
  ((EUID != 0)) || mode=711
  [[ -d $data ]] || mkdir -m "$mode" "$data"
  [[ -w $data ]] || fail "$data belongs to $(stat -c %U "$data"); work as that user, or as root."
}

# Children do not inherit descriptor 9 (9>&-), so the lock is gone with this process, however it ends.
take_lock() {
  exec 9>>"$data/lock"
  if ! flock --nonblock 9; then
    fail "./fayo up is running here already (process $(cat "$data/lock")$(where_it_listens)); stop it first, or use another checkout."
  fi
  echo $$ >"$data/lock"
}

where_it_listens() {
  local url
  if url=$(cat "$data/fayo.url" 2>/dev/null); then printf ', listening on %s' "$url"; fi
}

# What an earlier `up` that was killed outright has left running.
stop_leftovers() {
  local pid
  pid=$(cat "$data/fayo.pid" 2>/dev/null) || true
  if [[ -n $pid ]] && is_service "$pid"; then
    say "An earlier ./fayo up was killed; stopping the service that it left behind (process $pid)."
    stop_process "$pid"
  fi
  rm -f "$data/fayo.pid" "$data/fayo.url"
  if [[ -e $own_database/cluster/postmaster.pid ]]; then run_child "$root/scripts/postgres.sh" stop "$own_database"; fi
}

# Process ids are used again, so the number alone proves nothing.
is_service() { [[ $1 =~ ^[0-9]+$ && $(tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline") == *"$root/artifacts/"*/Fayo.Calls.Silo.dll* ]]; }

stop_process() {
  kill -TERM "$1" 2>/dev/null || return 0
  wait_until_gone "$1" "$stop_seconds" || {
    warn "process $1 does not stop; killing it."
    kill -KILL "$1" 2>/dev/null || true
    wait_until_gone "$1" 10 || true
  }
}

check_port() {
  local listener
  port_answers "$(local_host)" "$PORT" || return 0
  listener=$(listener_of "$PORT")
  fail "Port $PORT is in use already${listener:+ (by process $listener, $(cat "/proc/$listener/comm"))}; choose another one: PORT=$(free_port) $(fayo_command) up"
}

# --- what the service needs ---

# Only the local demo makes things up: with a database of somebody's own, the service names what is missing.
prepare_secrets() {
  [[ -z ${DATABASE_URL:-} ]] || return 0
  export Calls__LocalDemo=true
  if [[ -z ${JWT_SECRET:-} ]]; then
    [[ -n $(demo_secret JWT_SECRET) ]] || make_demo_secret JWT_SECRET
    JWT_SECRET=$(demo_secret JWT_SECRET)
    export JWT_SECRET
    say "Local demo: JWT_SECRET is made up, because not set, and kept in .data/demo.env."
  fi
  [[ -n ${AGORA_APP_ID:-}${AGORA_APP_CERTIFICATE:-}${Calls__Media:-} ]] ||
    say "Media: no AGORA_APP_ID, so the browsers of a call talk to each other directly (WebRTC)."
}

# 64 digits. The file is replaced as a whole.
make_demo_secret() {
  (
    umask 077
    { cat "$demo_secrets" 2>/dev/null || true; echo "$1=$(random_hex 32)"; } >"$demo_secrets.new"
  )
  mv "$demo_secrets.new" "$demo_secrets"
}

prepare_database() {
  [[ -z ${DATABASE_URL:-} ]] || return 0
  has_own_database=true
  run_child "$root/scripts/postgres.sh" start "$own_database"
  DATABASE_URL="$("$root/scripts/postgres.sh" url "$own_database")?schema=call"
  export DATABASE_URL
  say "PostgreSQL: a private one in .data/postgres, on 127.0.0.1:$(cat "$own_database/port")."
}

# Two checkouts on one machine are two clusters of one silo.
choose_cluster_ports() {
  export Calls__SiloPort=${Calls__SiloPort:-$(free_port)}
  export Calls__SiloGatewayPort=${Calls__SiloGatewayPort:-$(free_port)}
}

# --- the service ---

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
  write_file "$data/fayo.pid" "$service"
}

# Whoever sees the file sees all of it.
write_file() {
  echo "$2" >"$1.new"
  mv "$1.new" "$1"
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
  write_file "$data/fayo.url" "$(base_url)"
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

finish() {
  local status=$?
  ignore_signals
  if [[ -n $service ]]; then stop_process "$service"; fi
  rm -f "$data/fayo.pid" "$data/fayo.url"
  if $has_own_database; then "$root/scripts/postgres.sh" stop "$own_database" 9>&-; fi
  exit "$status"
}

# --- what the user is told ---

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

# How fayo is called from where the user is.
fayo_command() { if [[ $PWD -ef $root ]]; then echo ./fayo; else printf '%q\n' "$root/fayo"; fi; }

announce() {
  local fayo hint=""
  fayo=$(fayo_command)
  [[ $JWT_SECRET == "$(demo_secret JWT_SECRET)" ]] || hint=" (with the same JWT_SECRET set)"
  cat <<TEXT

Fayo.Calls listens on $(base_url) (process $service). Ctrl-C stops it.

Ring somebody, from another terminal$hint:

  $fayo demo

  curl -sS $(base_url)/api/v1/calls/session -H "Authorization: Bearer \$($fayo token alice)" -H 'Content-Type: application/json' -d '{"recipientId":"bob"}'

TEXT
}
