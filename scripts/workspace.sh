# A temporary folder for one command, with a PostgreSQL in it, or with several. It is removed when the command ends. Sourced.
# shellcheck shell=bash

workspace=

# make_workspace NAME: makes a folder that is locked while this process lives. A folder without a lock was left by a run that
# was killed, and is removed. The caller has to call remove_workspace at the end.
make_workspace() {
  local folder
  for folder in "${TMPDIR:-/tmp}/fayo-$1".*; do
    if [[ -O $folder/lock ]] && flock --nonblock "$folder/lock" true; then remove_workspace "$folder"; fi
  done
  workspace=$(mktemp -d "${TMPDIR:-/tmp}/fayo-$1.XXXXXX")
  # Where PostgreSQL does not run as root, its user must be able to enter the folder.
  ((EUID != 0)) || chmod 711 "$workspace"
  exec 9>"$workspace/lock"
  flock 9
}

remove_workspace() {
  local folder
  for folder in "$1"/postgres*; do "$root/scripts/postgres.sh" stop "$folder" 9>&- || true; done
  rm -rf "$1"
}

start_own_postgres() { run_child "$root/scripts/postgres.sh" start "$workspace/postgres"; }

# The caller's settings must not reach the service that the command starts.
forget_settings() {
  local name
  for name in DATABASE_URL "${!JWT_@}" WS_ALLOWED_ORIGINS HOST PORT "${!AGORA_@}" "${!Calls__@}" "${!Directory__@}"; do
    unset "$name"
  done
}

# Sets all settings for a service that the command starts, and for its clients.
make_up_settings() {
  forget_settings
  make_up_secrets
  DATABASE_URL="$("$root/scripts/postgres.sh" url "$workspace/postgres")?schema=call"
  export DATABASE_URL
}

make_up_secrets() {
  JWT_SECRET=$(random_hex 32) AGORA_APP_ID=$(random_hex 16) AGORA_APP_CERTIFICATE=$(random_hex 16)
  export JWT_SECRET AGORA_APP_ID AGORA_APP_CERTIFICATE
}

# The users of a command that plays many calls with few users call each other more often than any person does.
lift_call_limits() {
  local limit
  for limit in MaxOpenCalls MaxRingingCalls MaxCallsPerMinute MaxCallsPerMinuteToUser; do
    export "Calls__$limit=0" "Calls__Staff$limit=0"
  done
  export Calls__MaxCancelledCalls=0
}

# A service that finds one of these in use ends, and other ports are tried (port_was_taken in service.sh).
make_up_ports() {
  HOST=127.0.0.1 PORT=$(random_port)
  FAYO_URL=http://$HOST:$PORT
  Calls__SiloPort=$(random_port)
  export HOST PORT FAYO_URL Calls__SiloPort
}
