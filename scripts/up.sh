# `./fayo up`: sets everything up and runs the service as a child until it ends or is stopped. Sourced by fayo.
#
# Besides the database and the demo's secrets, .data/ contains: lock (held while `up` runs; its process id inside),
# fayo.pid (the process that serves) and fayo.url (where; only once it is ready).
# shellcheck shell=bash

# shellcheck source=scripts/service.sh
source "$root/scripts/service.sh"
# shellcheck source=scripts/web.sh
source "$root/scripts/web.sh"

own_database=$data/postgres
has_own_database=false
own_silo_port=${Calls__SiloPort:-}
# The process that builds the pages, while it does.
pages_job=

fayo_up() {
  (($# == 0)) || fail "./fayo up takes no arguments; its settings are environment variables (./fayo help)."
  restore_interrupts
  export HOST=${HOST:-127.0.0.1} PORT=${PORT:-3010}
  make_data_folder
  take_lock
  trap finish EXIT
  stop_leftovers
  check_port
  start_pages
  build_if_needed Fayo.Calls.Silo src/Silo
  build_if_needed Fayo.Calls.Cli tools/Cli
  prepare_secrets
  prepare_database
  finish_pages
  pid_file=$data/fayo.pid
  start_service_on choose_cluster_port
  write_file "$data/fayo.url" "$(base_url)"
  announce
  await_service
  exit "$status"
}

# A script that starts `./fayo up &` makes it ignore SIGINT, and bash cannot undo that by itself.
restore_interrupts() {
  if $ignores_interrupts; then exec env --default-signal=INT "$root/fayo" up; fi
}

# --- only one `up` at a time, also after one was killed ---

make_data_folder() {
  # Where PostgreSQL does not run as root, its user must be able to enter .data/postgres. The files here have their own permissions.
  local mode=700
  ((EUID != 0)) || mode=711
  [[ -d $data ]] || mkdir -m "$mode" "$data"
  [[ -w $data ]] || fail "$data belongs to $(stat -c %U "$data"); work as that user, or as root."
}

# Children do not inherit descriptor 9 (9>&-), so the lock is released when this process ends, however it ends.
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

# Stops what an earlier `up` that was killed has left running.
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

# The system reuses process ids, so the number alone does not prove that it is the same process.
is_service() { [[ $1 =~ ^[0-9]+$ && $(tr '\0' '\n' 2>/dev/null <"/proc/$1/cmdline") == *"$root/artifacts/"*/Fayo.Calls.Silo.dll* ]]; }

check_port() {
  local listener
  port_answers "$(local_host)" "$PORT" || return 0
  listener=$(listener_of "$PORT")
  fail "Port $PORT is in use already${listener:+ (by process $listener, $(cat "/proc/$listener/comm"))}; choose another one: PORT=$(random_port) $(fayo_command) up"
}

# --- what the service needs ---

# The pages are built while .NET builds.
start_pages() {
  (
    hand_signals_on
    trap - EXIT
    build_web_if_needed
  ) 9>&- &
  pages_job=$!
}

# The pages are served from where they are built, so that a new build of them needs no build of the service.
finish_pages() {
  child=$pages_job
  await_child || true
  pages_job=
  exit_if_stopping
  if [[ -z ${Calls__WebRoot:-} && -f $web/dist/index.html ]]; then export Calls__WebRoot=$web/dist; fi
}

# Only the local demo generates secrets. With DATABASE_URL set, the service names the settings that are missing.
prepare_secrets() {
  [[ -z ${DATABASE_URL:-} ]] || return 0
  export Calls__LocalDemo=true
  export Calls__DemoWords
  Calls__DemoWords=$(random_hex 16),$(random_hex 16),$(random_hex 16)
  if [[ -z ${JWT_SECRET:-} ]]; then
    [[ -n $(demo_secret JWT_SECRET) ]] || make_demo_secret JWT_SECRET
    JWT_SECRET=$(demo_secret JWT_SECRET)
    export JWT_SECRET
    say "Local demo: JWT_SECRET is made up, because not set, and kept in .data/demo.env."
  fi
  prepare_push_keys
  [[ -n ${AGORA_APP_ID:-}${AGORA_APP_CERTIFICATE:-}${Calls__Media:-} ]] ||
    say "Media: no AGORA_APP_ID, so the browsers of a call talk to each other directly (WebRTC)."
}

# Browsers subscribe to the public key, so it stays the same from one start to the next.
prepare_push_keys() {
  local public=Calls__Push__VapidPublicKey private=Calls__Push__VapidPrivateKey made
  [[ -z ${Calls__Push__VapidPublicKey:-}${Calls__Push__VapidPrivateKey:-} ]] || return 0
  if [[ -z $(demo_secret $private) ]]; then
    made=$(dotnet "$(built Fayo.Calls.Silo)" vapid-keys) || fail "The keys for Web Push cannot be made."
    add_demo_secrets "$made"
  fi
  export Calls__Push__VapidPublicKey Calls__Push__VapidPrivateKey Calls__Push__VapidSubject=${Calls__Push__VapidSubject:-mailto:nobody@example.org}
  Calls__Push__VapidPublicKey=$(demo_secret $public)
  Calls__Push__VapidPrivateKey=$(demo_secret $private)
  say "Push: keys for Web Push are made up, and kept in .data/demo.env."
}

# A secret has 64 digits. The file is replaced as a whole.
make_demo_secret() { add_demo_secrets "$1=$(random_hex 32)"; }

add_demo_secrets() {
  (
    umask 077
    { cat "$demo_secrets" 2>/dev/null || true; echo "$1"; } >"$demo_secrets.new"
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

# Two checkouts on one machine form two clusters of one silo each. Settings of the user are not changed.
choose_cluster_port() {
  check_port
  if (($1 > 1)) && [[ -n $own_silo_port ]]; then return 1; fi
  export Calls__SiloPort=${own_silo_port:-$(random_port)}
}

finish() {
  local status=$?
  ignore_signals
  if [[ -n $pages_job ]]; then
    kill -TERM "$pages_job" 2>/dev/null || true
    wait "$pages_job" 2>/dev/null || true
  fi
  if [[ -n $service ]]; then stop_process "$service"; fi
  rm -f "$data/fayo.pid" "$data/fayo.url"
  if $has_own_database; then "$root/scripts/postgres.sh" stop "$own_database" 9>&-; fi
  exit "$status"
}

# --- messages for the user ---

# The path of fayo, relative to the current directory.
fayo_command() { if [[ $PWD -ef $root ]]; then echo ./fayo; else printf '%q\n' "$root/fayo"; fi; }

announce() {
  local fayo hint="" pages=""
  local -a words=() links=("" "" "")
  if [[ -n ${Calls__DemoWords:-} ]]; then
    IFS=, read -ra words <<<"$Calls__DemoWords"
    links=("?demo=${words[0]}" "?demo=${words[1]}" "?demo=${words[2]}")
  fi
  [[ -z ${Calls__WebRoot:-} ]] || pages="
Open, in this machine's browser,

  $(base_url)/${links[0]} as staff,
  $(base_url)/me${links[1]} as a patient, in another window,
  $(base_url)/monitor${links[2]} to watch.
"
  ((${#words[@]} == 0)) || pages+="
Each of these addresses lets one browser into the demo, once. Keep them to yourself.
"
  fayo=$(fayo_command)
  [[ $JWT_SECRET == "$(demo_secret JWT_SECRET)" ]] || hint=" (with the same JWT_SECRET set)"
  cat <<TEXT

Fayo.Calls listens on $(base_url) (process $service). Ctrl-C stops it.
$pages
Ring somebody, from another terminal$hint:

  $fayo demo

  curl -sS $(base_url)/api/v1/calls/session -H "Authorization: Bearer \$($fayo token alice)" -H 'Content-Type: application/json' -d '{"recipientId":"bob"}'

TEXT
}
