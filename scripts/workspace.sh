# A folder of a command's own, with a PostgreSQL in it, that goes when the command ends. Sourced.
# shellcheck shell=bash

workspace=

# make_workspace NAME: a folder that is locked as long as this process lives: one that is not was left behind by a run that
# was killed. The caller sees to it that remove_workspace is called at the end.
make_workspace() {
  local folder
  for folder in "${TMPDIR:-/tmp}/fayo-$1".*; do
    if [[ -O $folder/lock ]] && flock --nonblock "$folder/lock" true; then remove_workspace "$folder"; fi
  done
  workspace=$(mktemp -d "${TMPDIR:-/tmp}/fayo-$1.XXXXXX")
  # PostgreSQL's user has to get through where PostgreSQL may not run as root.
  ((EUID != 0)) || chmod 711 "$workspace"
  exec 9>"$workspace/lock"
  flock 9
}

remove_workspace() {
  "$root/scripts/postgres.sh" stop "$1/postgres" 9>&- || true
  rm -rf "$1"
}

start_own_postgres() { run_child "$root/scripts/postgres.sh" start "$workspace/postgres"; }

# The caller's own settings must not reach a service of the command's own.
forget_settings() {
  local name
  for name in DATABASE_URL JWT_SECRET JWT_ISSUER JWT_AUDIENCE WS_ALLOWED_ORIGINS HOST PORT "${!AGORA_@}" "${!Calls__@}" "${!Directory__@}"; do
    unset "$name"
  done
}

# All that a service of the command's own needs to be told, and whoever asks it.
make_up_settings() {
  forget_settings
  DATABASE_URL="$("$root/scripts/postgres.sh" url "$workspace/postgres")?schema=call"
  JWT_SECRET=$(random_hex 32) AGORA_APP_ID=$(random_hex 16) AGORA_APP_CERTIFICATE=$(random_hex 16)
  export DATABASE_URL JWT_SECRET AGORA_APP_ID AGORA_APP_CERTIFICATE
}

# A service that finds one of these in use ends with $status_port_in_use (service.sh); then it is to be given others.
make_up_ports() {
  HOST=127.0.0.1 PORT=$(random_port)
  FAYO_URL=http://$HOST:$PORT
  Calls__SiloPort=$(random_port) Calls__SiloGatewayPort=$(random_port)
  export HOST PORT FAYO_URL Calls__SiloPort Calls__SiloGatewayPort
}
