# `./fayo test`: every test there is, against a PostgreSQL of its own. Sourced by fayo.
#
# Each runner writes a line `outcome TAB name TAB reason` per test (scripts/trx.awk, node-reporter.mjs, vitest-reporter.mjs); the sums
# come from those, never from what is printed for people.
# shellcheck shell=bash

# shellcheck source=scripts/workspace.sh
source "$root/scripts/workspace.sh"
# shellcheck source=scripts/web.sh
source "$root/scripts/web.sh"

# No runner may take longer, so that what hangs fails.
runner_seconds=${FAYO_TEST_TIMEOUT:-1500}
# A single .NET test that takes longer is named while it runs.
long_seconds=60
# What a .NET test run ends with when its filter lets no test through.
no_test_ran=8

passed=0 failed=0 skipped=0
failures=()
summarised=false
only=
filter=

fayo_test() {
  read_options "$@"
  make_workspace test
  trap 'finish_tests' EXIT
  build Fayo.Calls.sln
  start_test_postgres
  tell_tests
  run_dotnet_tests
  run_node_tests
  run_web_tests
  summarise
}

read_options() {
  while (($# > 0)); do
    case $1 in
      --only) only=${2:-} ;;
      --filter) filter=${2:-} ;;
      *) fail "./fayo test knows no '$1'; it takes --only unit|storage|cluster|web|e2e and --filter NAME." ;;
    esac
    shift $(($# > 1 ? 2 : 1))
  done
  [[ $only =~ ^(|unit|storage|cluster|web|e2e)$ ]] || fail "--only takes unit, storage, cluster, web or e2e, not '$only'."
}

# --- what the tests need ---

# What ends the whole run early is a failure in the sum as well.
finish_tests() {
  local status=$?
  ignore_signals
  if ! $summarised && ! $stopping; then
    failed=$((failed + 1))
    summarise || true
  fi
  remove_workspace "$workspace"
  exit "$status"
}

start_test_postgres() {
  start_own_postgres
  FAYO_TEST_POSTGRES=$("$root/scripts/postgres.sh" superuser-npgsql "$workspace/postgres")
  FAYO_TEST_POSTGRES_URL=$("$root/scripts/postgres.sh" superuser-url "$workspace/postgres")
  export FAYO_TEST_POSTGRES FAYO_TEST_POSTGRES_URL
}

tell_tests() {
  forget_settings
  FAYO_SILO=$(built Fayo.Calls.Silo)
  FAYO_CLI=$(built Fayo.Calls.Cli)
  FAYO_BENCH=$(built Fayo.Calls.Bench)
  FAYO_CHAOS=$(built Fayo.Calls.Chaos)
  FAYO_DOTNET_CLIENT=$(built Fayo.Calls.Tests.DotnetClient)
  FAYO_WEB=$web/dist
  export FAYO_SILO FAYO_CLI FAYO_BENCH FAYO_CHAOS FAYO_DOTNET_CLIENT FAYO_WEB
}

# --- the runners ---

wanted() { [[ -z $only || $only == "$1" ]]; }

run_dotnet_tests() {
  local project name
  for project in "$root"/tests/*/*.csproj; do
    name=$(basename "$(dirname "$project")")
    if wanted "$(short_name "$name")"; then run_dotnet_project "$name" "$project"; fi
  done
}

# What --only calls it.
short_name() {
  case $1 in
    EndToEnd) echo e2e ;;
    *) tr '[:upper:]' '[:lower:]' <<<"$1" ;;
  esac
}

run_dotnet_project() {
  local name=$1 results=$workspace/$1 status=0
  local -a options=(--project "$2" --configuration Release --no-build --results-directory "$results" --report-xunit-trx
    --no-progress --long-running "$long_seconds" --xunit-diagnostics on --ignore-exit-code "$no_test_ran")
  [[ -z $filter ]] || options+=(--filter "FullyQualifiedName~$filter|DisplayName~$filter")
  announce_runner "$name"
  run_limited dotnet test "${options[@]}" || status=$?
  mkdir -p "$results"
  find "$results" -name '*.trx' -exec awk -f "$root/scripts/trx.awk" {} + >"$results/outcomes"
  count "$name" "$results/outcomes" "$status"
}

run_node_tests() {
  local name=EndToEnd folder=$root/tests/EndToEnd results=$workspace/node status=0
  if ! wanted e2e || [[ ! -f $folder/package.json ]]; then return 0; fi
  local -a options=(--test --test-reporter spec --test-reporter-destination stdout
    --test-reporter "$root/scripts/node-reporter.mjs" --test-reporter-destination "$results")
  [[ -z $filter ]] || options+=(--test-name-pattern "$filter")
  announce_runner "$name"
  need_node
  need_chromium
  build_web_if_needed || fail "The pages are part of what is tested."
  install_modules "$folder" || fail "The packages of tests/EndToEnd cannot be installed; npm's words are above."
  : >"$results"
  cd "$folder"
  run_limited node "${options[@]}" || status=$?
  cd "$root"
  count "$name" "$results" "$status"
}

run_web_tests() {
  local name=Web folder=$root/web results=$workspace/web status=0
  if ! wanted web || [[ ! -f $folder/package.json ]]; then return 0; fi
  local -a options=(run --reporter=default --reporter="$root/scripts/vitest-reporter.mjs")
  [[ -z $filter ]] || options+=(--testNamePattern "$filter" --passWithNoTests)
  announce_runner "$name"
  need_node
  install_modules "$folder" || fail "The packages of web/ cannot be installed; npm's words are above."
  run_limited npm --prefix "$folder" run --silent check || fail "What is in web/ does not pass \`npm run check\`; its words are above."
  : >"$results"
  cd "$folder"
  FAYO_TEST_OUTCOMES=$results run_limited node node_modules/vitest/vitest.mjs "${options[@]}" || status=$?
  cd "$root"
  count "$name" "$results" "$status"
}

announce_runner() { printf "\n── %s ──\n" "$1"; }

run_limited() { run_child timeout --kill-after 20 "$runner_seconds" "$@"; }

# --- the sums ---

# count NAME OUTCOMES STATUS. A runner that fails without a failed test, or that runs nothing, is itself a failure.
count() {
  local name=$1 outcomes=$2 status=$3 p f s test
  p=$(outcomes passed "$outcomes" | wc -l)
  f=$(outcomes failed "$outcomes" | wc -l)
  s=$(outcomes skipped "$outcomes" | wc -l)
  if ((status == 124 || status == 137)); then
    warn "$name did not end within $runner_seconds s."
    f=$((f + 1))
  elif ((status != 0 && f == 0)); then
    warn "$name ended with status $status, though no test failed: it broke down."
    f=1
  elif ((p + f == 0)) && [[ -z $filter ]]; then
    warn "$name ran no test at all."
    f=1
  fi
  outcomes skipped "$outcomes" | while IFS=$'\t' read -r _ test reason; do say "  skipped: $test: ${reason:-no reason given}"; done
  while IFS=$'\t' read -r _ test _; do
    failures+=("$name: $test")
    say "  failed: $test"
  done < <(outcomes failed "$outcomes")
  say "$name: $p passed, $f failed, $s skipped"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

outcomes() { awk -F '\t' -v outcome="$1" '$1 == outcome' "$2"; }

summarise() {
  summarised=true
  if ((passed + failed == 0)); then
    warn "no test was run${filter:+; no name contains \"$filter\"}."
    failed=1
  fi
  local failure
  if ((${#failures[@]} > 0)); then say ""; fi
  for failure in "${failures[@]}"; do say "failed: $failure"; done
  printf "\n%s\n" "$passed passed, $failed failed, $skipped skipped"
  ((failed == 0))
}
