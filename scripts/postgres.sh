#!/usr/bin/env bash
# A private PostgreSQL in a folder of its own: loopback only, passwords for everybody, PostgreSQL's own durable settings.
#
#   postgres.sh start DIR [PORT [SETTING=VALUE...]]
#                                    makes the cluster when there is none; without PORT, or with none (""), takes a free one and keeps it
#   postgres.sh stop DIR
#   postgres.sh url DIR              database fayo, as its owner
#   postgres.sh superuser-url DIR    database postgres, as its superuser
#   postgres.sh superuser-npgsql DIR the same as Npgsql writes it
#
# DIR holds: cluster/ (PostgreSQL's data), log, port, superuser.password, owner.password. Only its owner may look inside.
# PostgreSQL refuses to run as root: root hands DIR to the user postgres and runs it as that user.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=scripts/common.sh
source "$root/scripts/common.sh"

oldest_version=15
start_seconds=120

dir=
binaries=
# The cluster as PostgreSQL's programs are told of it; see reach_cluster.
cluster=

start() {
  local wanted_port=${1:-}
  shift $(($# > 0 ? 1 : 0))
  find_binaries || install_postgresql
  make_folder
  lock_folder
  reach_cluster
  [[ -d $dir/cluster ]] || make_cluster
  match_binaries_to_cluster
  stop_running
  forget_stale_pid
  launch "$wanted_port" "$@"
}

stop() {
  [[ -d $dir ]] || return 0
  lock_folder
  stop_running
}

stop_running() {
  [[ -n $(postmaster_pid) ]] || return 0
  match_binaries_to_cluster
  reach_cluster
  # A test may have stopped some of them and been killed before it let them go on (SIGSTOP); they would not notice any other signal.
  # shellcheck disable=SC2046
  kill -CONT $(cluster_processes) 2>/dev/null || true
  as_owner "$binaries/pg_ctl" stop --silent --wait --timeout 60 --mode fast --pgdata "$cluster" >/dev/null ||
    as_owner "$binaries/pg_ctl" stop --silent --wait --timeout 60 --mode immediate --pgdata "$cluster"
  wait_until_empty
}

url() { echo "postgresql://fayo:$(kept owner.password)@127.0.0.1:$(kept port)/fayo"; }
superuser_url() { echo "postgresql://postgres:$(kept superuser.password)@127.0.0.1:$(kept port)/postgres"; }
superuser_npgsql() { echo "Host=127.0.0.1;Port=$(kept port);Username=postgres;Password=$(kept superuser.password);Database=postgres"; }

# --- who owns the folder, and how the owner reaches it ---

make_folder() {
  if [[ -d $dir ]]; then return; fi
  if ((EUID != 0)); then
    install -d -m 700 "$dir"
  else
    install -d -m 700 -o postgres -g "$(id -gn postgres)" "$dir"
  fi
}

# One that was begun by a command that has been killed since is waited for. PostgreSQL itself does not inherit it (8>&-).
lock_folder() {
  exec 8<"$dir"
  flock --timeout 300 8 || fail "Somebody else has been starting or stopping the PostgreSQL in $dir for five minutes."
}

owner() { stat -c %U "$dir"; }

as_owner() {
  if ((EUID != 0)); then
    "$@"
  else
    setpriv --reuid "$(owner)" --regid "$(id -gn "$(owner)")" --init-groups -- "$@"
  fi
}

# A checkout below a folder that the user postgres may not enter (/root) is reached through a descriptor that root has
# opened, so that PostgreSQL needs no further permission.
reach_cluster() {
  cluster=$dir/cluster
  if ! as_owner test -x "$dir"; then
    exec 7<"$dir"
    cluster=/proc/self/fd/7/cluster
  fi
}

# keep NAME VALUE, kept NAME: small files in DIR.
keep() {
  (umask 077 && printf '%s\n' "$2" >"$dir/$1.new")
  chown --reference "$dir" "$dir/$1.new"
  mv "$dir/$1.new" "$dir/$1"
}

kept() {
  [[ -r $dir/$1 ]] || fail "There is no PostgreSQL in $dir, or it belongs to somebody else."
  cat "$dir/$1"
}

# --- the programs ---

# find_binaries [MAJOR]: the newest PostgreSQL that is new enough, or that very version.
find_binaries() {
  local folder version best=0
  while IFS= read -r folder; do
    version=$(version_of "$folder") || continue
    if [[ -n ${1:-} ]] && ((version != $1)); then continue; fi
    if ((version >= oldest_version && version > best)); then
      best=$version
      binaries=$folder
    fi
  done < <(candidate_folders)
  ((best > 0))
}

candidate_folders() {
  local initdb
  if initdb=$(command -v initdb); then dirname "$(readlink -f "$initdb")"; fi
  printf '%s\n' /usr/lib/postgresql/*/bin
  if command -v pg_config >/dev/null; then pg_config --bindir; fi
}

version_of() {
  [[ -x $1/initdb && -x $1/pg_ctl && -x $1/postgres ]] || return 1
  [[ $("$1/postgres" --version) =~ \(PostgreSQL\)\ ([0-9]+) ]] && echo "${BASH_REMATCH[1]}"
}

match_binaries_to_cluster() {
  local major
  major=$(<"$dir/cluster/PG_VERSION")
  find_binaries "$major" || fail "The data in $dir were made by PostgreSQL $major, which is not installed here; install it, or move that folder away to start empty."
}

install_postgresql() {
  if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
    fail "PostgreSQL $oldest_version or newer is not installed; install it (Debian: apt-get install postgresql), or set DATABASE_URL."
  fi
  warn "installing PostgreSQL …"
  install_without_cluster || fail "PostgreSQL could not be installed; apt-get's words are above. Install it, or set DATABASE_URL."
  find_binaries || fail "What apt-get installs here is older than PostgreSQL $oldest_version; install a newer one, or set DATABASE_URL."
}

# Debian makes and starts a cluster on installation, unless told otherwise; this one brings its own.
install_without_cluster() {
  local settings=/etc/postgresql-common/createcluster.conf status=0
  install_packages postgresql-common || return
  cp -p "$settings" "$settings.fayo"
  sed -i -E 's/^#?create_main_cluster.*/create_main_cluster = false/' "$settings"
  install_packages postgresql || status=$?
  mv "$settings.fayo" "$settings"
  return "$status"
}

# --- the cluster ---

# Made in another folder and moved into place when complete, so that an interrupted one is never used as a cluster.
make_cluster() {
  local log=$dir/initdb.log
  rm -rf "$dir/cluster.new"
  keep superuser.password "$(random_hex 24)"
  keep owner.password "$(random_hex 24)"
  if ! initialise_cluster "$cluster.new" >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    fail "initdb could not make a PostgreSQL in $dir; its words are above."
  fi
  mv "$dir/cluster.new" "$dir/cluster"
  rm -f "$log"
}

initialise_cluster() {
  as_owner "$binaries/initdb" --pgdata "$1" --username postgres --pwfile "${1%/*}/superuser.password" \
    --auth scram-sha-256 --encoding UTF8 --locale C --no-instructions &&
    as_owner tee -a "$1/postgresql.conf" <<'TEXT' &&

# Set by Fayo.Calls: reached over loopback only.
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
TEXT
    make_database "$1"
}

# In single-user mode a failed statement is only printed.
make_database() {
  local answer
  answer=$(as_owner "$binaries/postgres" --single -D "$1" postgres 2>&1 <<TEXT
create role fayo login password '$(kept owner.password)'
create database fayo owner fayo
TEXT
  ) || { echo "$answer"; return 1; }
  ! grep -E 'ERROR|FATAL|PANIC' <<<"$answer"
}

# Everything that works in the cluster's folder: PostgreSQL's processes do, and nothing else.
cluster_processes() {
  local process
  for process in /proc/[0-9]*; do
    if [[ $process/cwd -ef $dir/cluster ]]; then echo "${process#/proc/}"; fi
  done
}

# PostgreSQL removes its pid file a moment before it ends.
wait_until_empty() {
  for _ in {1..50}; do
    [[ -n $(cluster_processes) ]] || return 0
    sleep 0.1
  done
}

pid_in_file() { head -n 1 "$dir/cluster/postmaster.pid" 2>/dev/null || true; }

postmaster_pid() {
  local pid
  pid=$(pid_in_file)
  if [[ -n $pid && /proc/$pid/cwd -ef $dir/cluster ]]; then echo "$pid"; fi
}

# PostgreSQL does not start while any process has the process id that a killed PostgreSQL has left in its file.
forget_stale_pid() {
  local pid
  pid=$(pid_in_file)
  if [[ -n $pid && -d /proc/$pid && -z $(cluster_processes) ]]; then rm -f "$dir/cluster/postmaster.pid"; fi
}

# Tries again when the port has been taken in between, or while the children of a killed PostgreSQL are still going.
launch() {
  local wanted_port=$1 port attempt setting settings=
  shift
  for setting in "$@"; do settings+=" -c $setting"; done
  for attempt in {1..5}; do
    port=${wanted_port:-$(usable_port)}
    keep port "$port"
    if as_owner "$binaries/pg_ctl" start --silent --wait --timeout "$start_seconds" --pgdata "$cluster" \
      --log "${cluster%/*}/log" --options "-c port=$port -c cluster_name=fayo-private$settings" >/dev/null 8<&-; then
      return
    fi
    ((attempt == 5)) || sleep 1
  done
  tail -n 10 "$dir/log" >&2
  fail "PostgreSQL does not start in $dir; the end of its log is above."
}

# Takes the same port as last time, so that clients' settings stay valid, unless another program has it now.
usable_port() {
  local port
  port=$(cat "$dir/port" 2>/dev/null) || true
  if [[ -z $port ]] || port_answers 127.0.0.1 "$port"; then random_port; else echo "$port"; fi
}

main() {
  [[ $# -ge 2 ]] || fail "usage: scripts/postgres.sh start DIR [PORT [SETTING=VALUE...]] | stop DIR | url DIR | superuser-url DIR | superuser-npgsql DIR"
  local command=$1
  dir=$(readlink -m "$2")
  shift 2
  [[ ! -d $dir || $EUID -eq 0 || -O $dir ]] || fail "$dir belongs to $(owner); work as that user, or as root."
  # The caller's settings for psql and the like are not for this one, and its folder may be closed to PostgreSQL's user.
  local -a foreign=("${!PG@}")
  ((${#foreign[@]} == 0)) || unset "${foreign[@]}"
  export LC_ALL=C
  # Signals are ignored here: what has begun is finished, and does not take long.
  ignore_signals
  cd /
  case $command in
    start | stop | url) "$command" "$@" ;;
    superuser-url) superuser_url ;;
    superuser-npgsql) superuser_npgsql ;;
    *) fail "scripts/postgres.sh knows no '$command'." ;;
  esac
}

main "$@"
