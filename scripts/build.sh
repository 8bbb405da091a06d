# Builds projects, and knows where their output is. Sourced.
# shellcheck shell=bash

# built NAME: the assembly of a project, e.g. built Fayo.Calls.Silo
built() { echo "$root/artifacts/bin/$1/release/$1.dll"; }

# build_if_needed NAME PROJECT: builds a project unless its output was built from the present sources.
build_if_needed() {
  local name=$1 project=$2 stamp=$root/artifacts/$1.stamp sources
  sources=$(source_fingerprint)
  if [[ -f $(built "$name") && -f $stamp && $(<"$stamp") == "$sources" ]]; then return; fi
  warn "building $name …"
  # To run it, it need not be checked by the analyzers, which take half of the time; ./fayo test has everything checked.
  build "$project" -p:RunAnalyzers=false -p:EnforceCodeStyleInBuild=false
  echo "$sources" >"$stamp"
}

# Names and contents of everything a build of the product reads.
source_fingerprint() {
  (
    cd "$root"
    # A missing file is reported by the build.
    { find src tools bench/scale deploy/sql Directory.* global.json .editorconfig -type f -print0 2>/dev/null || true; } |
      LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d " " -f 1
  )
}

# Prints each error once; where there is none, the whole output.
show_errors() { awk '/: error / { found = 1; if (!seen[$0]++) print "  " $0 } { all = all "  " $0 "\n" } END { if (!found) printf "%s", all }' "$1"; }

# build PATH [OPTION...]: says nothing when it goes well. The lock is there because two builds at once write over each other.
#
# The compiler lives for a minute or two. To instrument its own hot code, so that this is compiled once more, takes a third of its CPU
# time (167 s instead of 110 for everything), and to change the protection of memory around each method that is compiled some more.
build() {
  need_dotnet
  local path=$1 log status=0 compiler=fayo-$$-$RANDOM
  shift
  mkdir -p "$root/artifacts"
  log=$(mktemp)
  # One compiler takes the projects in turn, so that it and the analyzers are made ready once and not for each of them. The name is there
  # to find it again: it would wait for more work for minutes.
  run_child timeout 1800 flock --close "$root/artifacts/build.lock" \
    env DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0 dotnet build "$root/$path" --configuration Release --verbosity quiet --tl:off \
    -p:UseSharedCompilation=true -p:SharedCompilationId="$compiler" "$@" >"$log" 2>&1 || status=$?
  stop_compiler "$compiler"
  ((status == 0)) || show_errors "$log" >&2
  rm -f "$log"
  ((status == 0)) || fail "The build of $path failed (status $status); its errors are above."
}

# stop_compiler NAME: ends the compiler that a build has called so. A build that is stopped takes it along.
stop_compiler() {
  local process
  for process in /proc/[0-9]*; do
    if grep --quiet --fixed-strings -e "-pipename:$1" "$process/cmdline" 2>/dev/null; then kill "${process#/proc/}" 2>/dev/null || true; fi
  done
}

# precompiled NAME: the assembly as precompile leaves it.
precompiled() { echo "$root/artifacts/precompiled/$1/$1.dll"; }

# precompile NAME: what has been built, compiled to machine code. Fails where there is no compiler for that; what it said comes before.
precompile() {
  local log status=0 from to
  from=$(dirname "$(built "$1")") to=$(dirname "$(precompiled "$1")")
  log=$(mktemp)
  run_child timeout 600 flock --close "$root/artifacts/build.lock" \
    dotnet msbuild -restore "$root/tests/EndToEnd/Precompile/Fayo.Calls.Tests.Precompile.proj" -nologo -verbosity:quiet -tl:off \
    -p:From="$from" -p:To="$to" >"$log" 2>&1 || status=$?
  ((status == 0)) || show_errors "$log" >&2
  rm -f "$log"
  return "$status"
}
