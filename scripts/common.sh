# What the commands of fayo share: sentences, children, ports, secrets. Sourced; $root is the checkout.
# shellcheck shell=bash

data=$root/.data

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en
# Build servers end with the command that started them.
export MSBUILDDISABLENODEREUSE=1

say() { printf '%s\n' "$*"; }
warn() { printf 'fayo: %s\n' "$*" >&2; }

# The status of a command that fails.
failure_status=1

fail() {
  warn "$@"
  exit "$failure_status"
}

# --- children that signals reach ---

# The child that runs now; a signal is handed on to it as SIGTERM.
child=
stopping=false
interrupted=false

hand_signals_on() { trap stop_child INT TERM HUP QUIT PIPE; }
ignore_signals() { trap '' INT TERM HUP QUIT PIPE; }

stop_child() {
  stopping=true
  interrupted=true
  [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || true
}

exit_if_stopping() { ! $stopping || exit 130; }

# Runs a command as a child, without the lock on .data, and answers with its status.
run_child() {
  local status=0
  exit_if_stopping
  "$@" 9>&- &
  child=$!
  await_child || status=$?
  exit_if_stopping
  return "$status"
}

await_child() {
  local status
  while true; do
    interrupted=false
    status=0
    # Otherwise bash would print how a child was killed.
    wait "$child" 2>/dev/null || status=$?
    # A trapped signal ends `wait` early; the child's own status is still to come.
    $interrupted || break
  done
  child=
  return "$status"
}

# A process that has ended and waits for its parent to notice (a zombie) is not alive.
is_alive() { grep -q "^State:.[^ZX]" "/proc/$1/status" 2>/dev/null; }

# wait_until_gone PID SECONDS
wait_until_gone() {
  local deadline=$((SECONDS + $2))
  while is_alive "$1"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.1
  done
}

# --- network ---

# Whether something listens there.
port_answers() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; }

# A port below the range from which the kernel takes ports by itself. It may be in use: a caller that cannot listen there
# has to try another.
random_port() { echo $((15000 + RANDOM % 17000)); }

# listens_itself PID PORT: whether this process listens there, and not another one.
listens_itself() {
  local inode
  while read -r inode; do
    if [[ -n $(find "/proc/$1/fd" -lname "socket:\[$inode\]" 2>/dev/null) ]]; then return; fi
  done < <(awk -v port="$(printf ':%04X' "$2")" '$4 == "0A" && $2 ~ port "$" { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  return 1
}

# The process that listens on a port; empty where the user may not see that.
listener_of() {
  command -v ss >/dev/null || return 0
  ss -Hltnp "sport = :$1" 2>/dev/null | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | head -n 1
}

# http_status HOST PORT PATH: the status code of a GET; curl is not on every fresh machine.
http_status() (
  exec 3<>"/dev/tcp/$1/$2" || exit 1
  printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "$3" >&3
  IFS= read -r -t 5 line <&3
  [[ $line =~ ^HTTP/1\.[01]\ ([0-9]{3}) ]] && echo "${BASH_REMATCH[1]}"
) 2>/dev/null

# --- secrets ---

# random_hex BYTES
random_hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# The local demo's own secrets, a line NAME=value each.
demo_secrets=$data/demo.env

demo_secret() { sed -n "s/^$1=//p" "$demo_secrets" 2>/dev/null || true; }

# --- tools ---

need_dotnet() {
  command -v dotnet >/dev/null || fail "The .NET 10 SDK is not installed, or dotnet is not in the PATH."
  (cd "$root" && dotnet --version >/dev/null 2>&1) || fail "This needs the .NET 10 SDK (global.json); dotnet --list-sdks shows what is installed."
}

# need_node: Node.js 20 or newer with npm, installed where that can be done without asking.
need_node() {
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then fail "Node.js 20 or newer and npm are not installed."; fi
    warn "installing Node.js …"
    install_packages nodejs npm || fail "Node.js could not be installed; apt-get's words are above."
  fi
  local version
  version=$(node --version)
  version=${version#v}
  ((${version%%.*} >= 20)) || fail "Node.js 20 or newer is needed; this is $version."
}

# need_chromium: FAYO_CHROMIUM names a Chromium for the tests in a browser, installed where that can be done without asking.
# Without one those tests are skipped and say so.
need_chromium() {
  local name
  for name in "${FAYO_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [[ -n $name ]] && FAYO_CHROMIUM=$(command -v "$name"); then
      export FAYO_CHROMIUM
      return
    fi
  done
  if ((EUID == 0)) && command -v apt-get >/dev/null; then
    warn "installing Chromium …"
    install_packages chromium || fail "Chromium could not be installed; apt-get's words are above."
    FAYO_CHROMIUM=$(command -v chromium)
    export FAYO_CHROMIUM
  fi
}

# find_headless_shell: FAYO_HEADLESS_SHELL names a Chromium without windows, if there is one: most tests in a browser take a third less time
# in it. Without one they run in FAYO_CHROMIUM.
find_headless_shell() {
  FAYO_HEADLESS_SHELL=$(command -v "${FAYO_HEADLESS_SHELL:-chromium-headless-shell}") || { unset FAYO_HEADLESS_SHELL; return 1; }
  export FAYO_HEADLESS_SHELL
}

# need_headless_shell: as find_headless_shell, but installed where that can be done without asking. Ubuntu has none as a package.
need_headless_shell() {
  if find_headless_shell || ((EUID != 0)) || ! command -v apt-get >/dev/null; then return 0; fi
  warn "installing Chromium without windows …"
  install_packages chromium-headless-shell || warn "Chromium without windows could not be installed; all tests run in Chromium itself."
}

# find_firefox: FAYO_FIREFOX names a Firefox for the tests in it, if there is one. Without one those tests are skipped and say so.
find_firefox() {
  local name
  for name in "${FAYO_FIREFOX:-}" firefox-esr firefox; do
    if [[ -n $name ]] && FAYO_FIREFOX=$(command -v "$name"); then
      export FAYO_FIREFOX
      return
    fi
  done
  return 1
}

# need_firefox: as find_firefox, but installed where that can be done without asking. Ubuntu has none as a package.
need_firefox() {
  if find_firefox || ((EUID != 0)) || ! command -v apt-get >/dev/null; then return 0; fi
  warn "installing Firefox …"
  install_packages firefox-esr || warn "Firefox could not be installed; the tests in it are skipped."
}

# need_iproute: `ip`, with which the tests on several hosts make them. Without it they are skipped and say so.
need_iproute() {
  if ((EUID == 0)) && ! command -v ip >/dev/null && command -v apt-get >/dev/null; then
    warn "installing iproute2 …"
    install_packages iproute2 || fail "iproute2 could not be installed; apt-get's words are above."
  fi
}

# install_packages NAME...: Debian packages, silently when it goes well.
install_packages() {
  local log status=0
  log=$(mktemp)
  { apt_get update && apt_get install "$@"; } >"$log" 2>&1 || status=$?
  ((status == 0)) || tail -n 20 "$log" >&2
  rm -f "$log"
  return "$status"
}

apt_get() { run_child env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 --yes --no-install-recommends "$@"; }

# install_modules FOLDER: npm's packages, exactly those of package-lock.json where there is one, unless they are there already.
install_modules() {
  local stamp=$1/node_modules/.fayo wanted log
  local -a install=(ci)
  wanted=$(cat "$1"/package*.json | sha256sum)
  if [[ -f $stamp && $(<"$stamp") == "$wanted" ]]; then return; fi
  [[ -f $1/package-lock.json ]] || install=(install --no-package-lock)
  log=$(mktemp)
  if ! run_child timeout 600 npm --prefix "$1" "${install[@]}" --no-audit --no-fund >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
  echo "$wanted" >"$stamp"
}
