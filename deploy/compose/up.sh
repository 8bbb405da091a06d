#!/usr/bin/env bash
# Prepares what is missing (.env with secrets of its own, a certificate, the image) and starts everything: the pages are then at https.
#
#   deploy/compose/up.sh [OPTION...]      options go to `docker compose up`, e.g. --no-deps silo-1
#   deploy/compose/up.sh --prepare        only prepares
# FAYO_COMPOSE chooses another program than `docker compose`, e.g. podman-compose.
set -euo pipefail

folder=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
env=$folder/.env
certificate=$folder/certificate

say() { printf 'up.sh: %s\n' "$*" >&2; }

fail() {
  say "$@"
  exit 1
}

random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

setting() { sed -n "s/^$1=//p" "$env" | tail -n 1; }

set_setting() {
  local changed
  changed=$(awk -v name="$1" -v value="$2" -F = '$1 == name { print name "=" value; next } { print }' "$env")
  printf '%s\n' "$changed" >"$env"
}

make_up() { [[ -n $(setting "$1") ]] || set_setting "$1" "$(random_hex "$2")"; }

prepare_env() {
  if [[ ! -f $env ]]; then
    (umask 077 && cp "$folder/.env.example" "$env")
    chmod 600 "$env"
    say "made $env with secrets of its own"
  fi
  make_up POSTGRES_PASSWORD 16
  make_up JWT_SECRET 32
  make_up GRAFANA_PASSWORD 12
}

# A certificate that is signed by nobody, good for a first look; put your own tls.crt and tls.key into certificate/.
prepare_certificate() {
  mkdir -p "$certificate"
  if [[ -f $certificate/tls.crt && -f $certificate/tls.key ]]; then return; fi
  if [[ -f $certificate/tls.crt || -f $certificate/tls.key ]]; then fail "certificate/ needs both tls.crt and tls.key."; fi
  command -v openssl >/dev/null || fail "openssl is not installed: put tls.crt and tls.key into certificate/ yourself."
  local host
  host=$(setting FAYO_HOST)
  (
    umask 077
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj "/CN=$host" \
      -addext "subjectAltName=DNS:$host,DNS:localhost,IP:127.0.0.1" \
      -keyout "$certificate/tls.key" -out "$certificate/tls.crt" 2>/dev/null
  )
  say "made a certificate for $host that browsers will warn of; certificate/ is the place for your own"
}

# nginx has no right to read the key of somebody else: it runs as the owner, and root hands the key to nginx' own user.
prepare_owner() {
  if ((EUID == 0)); then
    chown 101:101 "$certificate" "$certificate/tls.crt" "$certificate/tls.key"
    set_setting PROXY_USER 101:101
  else
    set_setting PROXY_USER "$(id -u):$(id -g)"
  fi
}

prepare_image() {
  local image engine
  image=$(setting FAYO_IMAGE)
  engine=$(command -v docker || command -v podman) || fail "Neither docker nor podman is installed."
  if [[ $image != fayo-calls:local ]] || "$engine" image inspect "$image" >/dev/null 2>&1; then return; fi
  "$folder/../image.sh" --tag "$image"
}

main() {
  prepare_env
  prepare_certificate
  prepare_owner
  if [[ ${1:-} == --prepare ]]; then return; fi
  prepare_image
  local -a compose
  read -ra compose <<<"${FAYO_COMPOSE:-docker compose}"
  "${compose[@]}" --project-directory "$folder" --file "$folder/compose.yaml" up --detach --wait "$@"
  local port
  port=$(setting FAYO_HTTPS_PORT)
  say "the pages are at https://$(setting FAYO_HOST)$([[ $port == 443 ]] || echo ":$port")/"
}

main "$@"
