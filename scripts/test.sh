# `./fayo test`: every test there is, against a PostgreSQL of its own. Sourced by fayo.
#
# Each runner writes a line `outcome TAB seconds TAB name TAB reason` per test (scripts/trx.awk, node-reporter.mjs, vitest-reporter.mjs);
# the sums come from those, never from what is printed for people.
#
# Runners work side by side, because most tests wait more than they work. The end-to-end tests take longest and print as
# they go. What the other runners print is shown when they have finished.
# shellcheck shell=bash

# shellcheck source=scripts/workspace.sh
source "$root/scripts/workspace.sh"
# shellcheck source=scripts/web.sh
source "$root/scripts/web.sh"

# A runner that takes longer is stopped, and has failed.
runner_seconds=${FAYO_TEST_TIMEOUT:-1500}
# A single .NET test that takes longer is named while it runs.
long_seconds=60
# The exit status of a .NET test run whose filter matches no test.
no_test_ran=8
# For the tests' processes and the services that they start, which live for seconds: compiling again what is called often would cost more than
# it brings, and so would being ready to, or changing the protection of memory around each method that is compiled.
short_lived=(DOTNET_TC_CallCounting=0 DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0)
# How many of the slowest tests are named at the end.
slowest_count=10

passed=0 failed=0 skipped=0
failures=()
summarised=false
# What the end-to-end tests start, where it is not the service as it was built.
silo=
only=
filter=
# The jobs that run now, by name.
declare -A jobs=()

fayo_test() {
  read_options "$@"
  make_workspace test
  trap 'finish_tests' EXIT
  trap stop_jobs INT TERM HUP QUIT PIPE
  prepare
  start_runners
  finish_runners
  summarise
}

read_options() {
  while (($# > 0)); do
    case $1 in
      --only | --filter)
        [[ -n ${2:-} ]] || wrong_usage "$1 needs a value."
        printf -v "${1#--}" %s "$2"
        shift 2
        ;;
      *) wrong_usage "./fayo test knows no '$1'." ;;
    esac
  done
  local -a names
  local name
  IFS=, read -ra names <<<"$only"
  for name in "${names[@]}"; do
    [[ $name =~ ^(unit|storage|cluster|web|e2e|hosts)$ ]] || wrong_usage "--only knows no '$name'."
  done
}

wrong_usage() {
  warn "$1 ./fayo test takes --only with one or more of unit, storage, cluster, web, e2e, hosts, separated by commas, and --filter NAME."
  exit 2
}

# `hosts`, which takes long, only where it is asked for by name.
wanted() { [[ (-z $only && $1 != hosts) || ,$only, == *,$1,* ]]; }

# --- jobs that run side by side ---

# start_job NAME COMMAND...: the command, or function, in the background, with what it prints in $workspace/NAME.log.
start_job() {
  local name=$1
  shift
  exit_if_stopping
  (
    hand_signals_on
    # The end of a job must not end the whole run.
    trap - EXIT
    "$@"
  ) >"$workspace/$name.log" 2>&1 &
  jobs[$name]=$!
}

# finish_job NAME: waits for it, and answers with its status.
finish_job() {
  local status=0
  child=${jobs[$1]}
  await_child || status=$?
  unset "jobs[$1]"
  exit_if_stopping
  return "$status"
}

stop_jobs() {
  stopping=true
  interrupted=true
  [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || true
  local job
  for job in "${jobs[@]}"; do kill -TERM "$job" 2>/dev/null || true; done
}

# --- what the tests need ---

# The pages are built while .NET builds.
prepare() {
  if wanted e2e || wanted web || wanted hosts; then start_job pages prepare_node; fi
  if [[ -z $only || $only =~ unit|storage|cluster|e2e|hosts ]]; then build Fayo.Calls.sln; fi
  if wanted e2e; then precompile_silo; fi
  start_test_postgres
  tell_tests
  if [[ -z ${jobs[pages]:-} ]]; then return; fi
  if ! finish_job pages; then
    cat "$workspace/pages.log" >&2
    fail "The pages and what tests them could not be made ready; the reason is above."
  fi
  cat "$workspace/pages.log" >&2
  ! wanted e2e || { need_chromium; find_headless_shell || true; find_firefox || true; }
  ! wanted hosts || need_iproute
}

prepare_node() {
  need_node
  if wanted e2e || wanted hosts; then install_modules "$root/tests/EndToEnd" || fail "The packages of tests/EndToEnd cannot be installed; npm's words are above."; fi
  if ! wanted e2e && ! wanted web; then return; fi
  install_modules "$web" || fail "The packages of web/ cannot be installed; npm's words are above."
  wanted e2e || return 0
  install_modules "$root/bench" || fail "The packages of bench/ cannot be installed; npm's words are above."
  build_web_if_needed || fail "The pages are part of what is tested."
  need_chromium
  need_headless_shell
  need_firefox
}

# The end-to-end tests start the service nearly three hundred times, and compiling it each time would cost them more than this.
precompile_silo() {
  if precompile Fayo.Calls.Silo; then silo=$(precompiled Fayo.Calls.Silo); else warn "the end-to-end tests take longer: they start the service as it was built."; fi
}

# What is committed outlives a PostgreSQL that is killed, as ever. Only a machine that loses its power could lose it, so the tests, which make and
# drop hundreds of databases, do not wait for the disk.
start_test_postgres() {
  run_child "$root/scripts/postgres.sh" start "$workspace/postgres" "" fsync=off full_page_writes=off
  FAYO_TEST_POSTGRES=$("$root/scripts/postgres.sh" superuser-npgsql "$workspace/postgres")
  FAYO_TEST_POSTGRES_URL=$("$root/scripts/postgres.sh" superuser-url "$workspace/postgres")
  export FAYO_TEST_POSTGRES FAYO_TEST_POSTGRES_URL
}

tell_tests() {
  forget_settings
  FAYO_BUILT_SILO=$(built Fayo.Calls.Silo)
  FAYO_SILO=${silo:-$FAYO_BUILT_SILO}
  FAYO_CLI=$(built Fayo.Calls.Cli)
  FAYO_BENCH=$(built Fayo.Calls.Bench)
  FAYO_FLOOR=$(built Fayo.Calls.Floor)
  FAYO_CHAOS=$(built Fayo.Calls.Chaos)
  FAYO_ATTACK=$(built Fayo.Calls.Attack)
  FAYO_DOTNET_CLIENT=$(built Fayo.Calls.Tests.DotnetClient)
  FAYO_WEB=$web/dist
  export FAYO_SILO FAYO_BUILT_SILO FAYO_CLI FAYO_BENCH FAYO_FLOOR FAYO_CHAOS FAYO_ATTACK FAYO_DOTNET_CLIENT FAYO_WEB
}

# An error that ends the whole run early counts as a failure in the sum.
finish_tests() {
  local status=$?
  ignore_signals
  local job
  for job in "${jobs[@]}"; do
    kill -TERM "$job" 2>/dev/null || true
    wait "$job" 2>/dev/null || true
  done
  if ! $summarised && ! $stopping; then
    failed=$((failed + 1))
    summarise || true
  fi
  remove_workspace "$workspace"
  exit "$status"
}

# --- the runners ---

# Everything but the end-to-end tests and those on several hosts.
start_runners() {
  local -a projects=()
  local project
  for project in "$root"/tests/*/*.csproj; do
    if wanted "$(short_name "$project")"; then projects+=("$project"); fi
  done
  if ((${#projects[@]} > 0)); then start_job dotnet run_dotnet_projects "${projects[@]}"; fi
  if wanted web; then start_job web run_web_tests; fi
}

finish_runners() {
  if wanted e2e; then
    announce_runner EndToEnd
    local -a beside=()
    [[ -z ${jobs[dotnet]:-} ]] || beside=(--beside "$workspace/dotnet.over")
    run_node_tests EndToEnd "${beside[@]}" || true
    count EndToEnd
  fi
  if wanted hosts; then
    announce_runner Hosts
    run_node_tests Hosts --hosts || true
    count Hosts
  fi
  local job runner
  for job in web dotnet; do
    [[ -n ${jobs[$job]:-} ]] || continue
    finish_job "$job" || warn "the job '$job' ended with status $?."
    cat "$workspace/$job.log"
    while IFS= read -r runner; do count "$runner"; done <"$workspace/$job.runners"
  done
}

# The name of a project for --only.
short_name() { basename "$(dirname "$1")" | tr '[:upper:]' '[:lower:]'; }

# These projects keep the processors busy, so they run one after another, with less priority than the end-to-end tests.
run_dotnet_projects() {
  local project name status results
  for project in "$@"; do
    name=$(basename "$(dirname "$project")")
    echo "$name" >>"$workspace/dotnet.runners"
    announce_runner "$name"
    results=$workspace/$name
    local -a options=(--project "$project" --configuration Release --no-build --results-directory "$results" --report-xunit-trx
      --no-progress --long-running "$long_seconds" --xunit-diagnostics on --ignore-exit-code "$no_test_ran")
    [[ -z $filter ]] || options+=(--filter "FullyQualifiedName~$filter|DisplayName~$filter")
    status=0
    run_limited nice env "${short_lived[@]}" dotnet test "${options[@]}" || status=$?
    mkdir -p "$results"
    find "$results" -name '*.trx' -exec awk -f "$root/scripts/trx.awk" {} + >"$workspace/$name.outcomes"
    echo "$status" >"$workspace/$name.status"
  done
  touch "$workspace/dotnet.over"
}

# run_node_tests NAME [OPTION...]: the runner's name, and what run.mjs is told besides.
run_node_tests() {
  local name=$1 status=0
  shift
  local -a options=(--outcomes "$workspace/$name.outcomes" "$@")
  [[ -z $filter ]] || options+=(--filter "$filter")
  run_limited env "${short_lived[@]}" node "$root/tests/EndToEnd/run.mjs" "${options[@]}" || status=$?
  echo "$status" >"$workspace/$name.status"
}

run_web_tests() {
  local status=0 check=check
  local -a options=(run --reporter=default --reporter="$root/scripts/vitest-reporter.mjs")
  [[ -z $filter ]] || options+=(--testNamePattern "$filter" --passWithNoTests)
  echo Web >"$workspace/web.runners"
  announce_runner Web
  # Where the pages were built, their types have been checked.
  if is_web_built; then check=lint; fi
  cd "$web"
  export FAYO_TEST_OUTCOMES=$workspace/Web.outcomes
  if run_limited nice npm run --silent "$check"; then
    run_limited nice node node_modules/vitest/vitest.mjs "${options[@]}" || status=$?
  else
    warn "What is in web/ does not pass \`npm run $check\`; its words are above."
    status=1
  fi
  echo "$status" >"$workspace/Web.status"
}

announce_runner() { printf "\n── %s ──\n" "$1"; }

run_limited() { run_child timeout --kill-after 20 "$runner_seconds" "$@"; }

# --- the sums ---

# count NAME. A runner that fails without a failed test, or that runs nothing, is itself a failure.
count() {
  local name=$1 outcomes=$workspace/$1.outcomes status p f s test
  touch "$outcomes"
  status=$(cat "$workspace/$name.status" 2>/dev/null || echo unknown)
  p=$(outcomes passed "$outcomes" | wc -l)
  f=$(outcomes failed "$outcomes" | wc -l)
  s=$(outcomes skipped "$outcomes" | wc -l)
  if [[ $status == 124 || $status == 137 ]]; then
    warn "$name did not end within $runner_seconds s."
    f=$((f + 1))
  elif [[ $status != 0 ]] && ((f == 0)); then
    warn "$name ended with status $status, though no test failed: it broke down."
    f=1
  elif ((p + f == 0)) && [[ -z $filter ]] && ! lacks_hosts "$name" "$s"; then
    warn "$name ran no test at all."
    f=1
  fi
  outcomes skipped "$outcomes" | while IFS=$'\t' read -r _ _ test reason; do say "  skipped: $test: ${reason:-no reason given}"; done
  while IFS=$'\t' read -r _ _ test reason; do
    failures+=("$name: $test${reason:+ ($reason)}")
    say "  failed: $test"
  done < <(outcomes failed "$outcomes")
  say "$name: $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# lacks_hosts RUNNER SKIPPED: where no hosts can be made all their tests are skipped, each with the reason.
lacks_hosts() { [[ $1 == Hosts ]] && (($2 > 0)); }

outcomes() { awk -F '\t' -v outcome="$1" '$1 == outcome' "$2"; }

# The slowest tests of all runners, each with the seconds that it took.
show_slowest() {
  local file
  for file in "$workspace"/*.outcomes; do
    [[ -f $file ]] || continue
    awk -F '\t' -v runner="$(basename "$file" .outcomes)" '$2 > 0 { printf "%s\t%s: %s\n", $2, runner, $3 }' "$file"
  done | sort -t $'\t' -k 1,1nr | awk -F '\t' -v count="$slowest_count" '
    NR == 1 { print "\nThe slowest tests:" }
    NR <= count { printf "%7.1f s  %s\n", $1, $2 }'
}

summarise() {
  summarised=true
  if ((passed + failed == 0)) && ! { [[ $only == hosts && -z $filter ]] && ((skipped > 0)); }; then
    warn "no test was run${filter:+; no name contains \"$filter\"}."
    failed=1
  fi
  local failure
  if ((${#failures[@]} > 0)); then say ""; fi
  for failure in "${failures[@]}"; do say "failed: $failure"; done
  show_slowest
  printf "\n%s\n" "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0))
}
