# Which Orleans: the real packages (NuGet), or the stand-in where they cannot be had. Sourced.
# shellcheck shell=bash

orleans_marker=$root/.orleans-from
orleans_stamp=$root/artifacts/orleans.stamp

# Set by choose_orleans: what MSBuild and the tests are told, and why.
orleans_from=
orleans_why=

# `./fayo orleans`: looks afresh. --name prints NuGet or StandIn alone, for scripts.
fayo_orleans() {
  (($# == 0)) || [[ $# == 1 && $1 == --name ]] || fail "usage: ./fayo orleans [--name]"
  [[ -n ${OrleansFrom:-} ]] || rm -f "$orleans_stamp"
  choose_orleans
  if [[ ${1:-} == --name ]]; then say "$orleans_from"; else describe_orleans; fi
}

# Decides and tells MSBuild. The last decision holds while what it rests on is unchanged.
choose_orleans() {
  if [[ -n ${OrleansFrom:-} ]]; then
    [[ $OrleansFrom == NuGet || $OrleansFrom == StandIn ]] || fail "OrleansFrom is '$OrleansFrom'; it may be NuGet or StandIn."
    orleans_from=$OrleansFrom
    orleans_why="because the environment says OrleansFrom=$OrleansFrom"
    return
  fi
  remembered_choice || look_for_orleans
  remember_in_marker
  export OrleansFrom=$orleans_from
}

describe_orleans() {
  local version
  version=$(sed -n 's:.*<OrleansVersion>\(.*\)</OrleansVersion>.*:\1:p' "$root/Directory.Packages.props")
  case $orleans_from in
    NuGet) say "Orleans: the real packages, $version, $orleans_why." ;;
    StandIn) say "Orleans: the single-process stand-in, $orleans_why." ;;
  esac
}

# Plain `dotnet build` reads the marker too (build/Orleans.props).
remember_in_marker() {
  if [[ $orleans_from == StandIn ]]; then
    [[ -f $orleans_marker ]] || echo StandIn >"$orleans_marker"
  else
    rm -f "$orleans_marker"
  fi
}

remembered_choice() {
  local fingerprint
  [[ -r $orleans_stamp ]] || return 1
  { IFS= read -r fingerprint && IFS= read -r orleans_from && IFS= read -r orleans_why; } <"$orleans_stamp" || return 1
  [[ $fingerprint == "$(restore_fingerprint)" ]]
}

# Everything that a restore depends on and that somebody may change: versions, references, package sources.
restore_fingerprint() {
  local folder=$root files=("$root"/Directory.Packages.props "$root"/build/* "$root"/src/*/*.csproj)
  while true; do
    files+=("$folder"/[Nn]u[Gg]et.[Cc]onfig)
    [[ -n $folder ]] || break
    folder=${folder%/*}
  done
  files+=("${HOME:-}"/.nuget/NuGet/*.[Cc]onfig "${HOME:-}"/.nuget/config/*.config "${HOME:-}"/.config/NuGet/*.[Cc]onfig)
  { cat -- "${files[@]}" 2>/dev/null || true; echo "${NUGET_PACKAGES:-}"; } | sha256sum
}

# Tries the real restore of the service. Only the want of Orleans packages leads to the stand-in.
look_for_orleans() {
  need_dotnet
  local log status=0
  mkdir -p "$root/artifacts"
  log=$root/artifacts/orleans.log
  warn "looking whether the Orleans packages can be restored here …"
  run_child timeout 600 dotnet restore "$root/src/Silo/Fayo.Calls.Silo.csproj" -p:OrleansFrom=NuGet \
    --force --verbosity quiet >"$log" 2>&1 || status=$?
  if ((status == 0)); then
    orleans_from=NuGet
    orleans_why="which restore here"
  elif lacks_only_orleans "$log"; then
    orleans_from=StandIn
    orleans_why="because the package sources of this machine lack $(missing_packages "$log") (remembered; ./fayo orleans looks again)"
  elif ((status == 124)); then
    fail "Restoring the packages took more than ten minutes; is the package source reachable?"
  else
    show_restore_errors "$log" >&2
    fail "The packages cannot be restored, and not for want of Orleans; the reason is above."
  fi
  printf '%s\n' "$(restore_fingerprint)" "$orleans_from" "$orleans_why" >"$orleans_stamp"
}

# Each once, without the project that it is about; the first ones tell enough.
show_restore_errors() {
  if grep -q ": error " "$1"; then sed -n "s/.*: error /  /p" "$1" | awk '!seen[$0]++' | head -n 6; else cat "$1"; fi
}

# NU1101: no such package. NU1102: not in that version.
lacks_only_orleans() {
  local errors
  errors=$(grep -E '\berror [A-Z]+[0-9]+' "$1") || return 1
  ! grep -qvE 'error NU110[12]: .*package Microsoft\.Orleans\.' <<<"$errors"
}

missing_packages() {
  grep -oE 'error NU110[12]: .*' "$1" | grep -oE 'Microsoft\.Orleans(\.[A-Za-z]+)+' | sort -u | paste -sd, | sed 's/,/, /g'
}
