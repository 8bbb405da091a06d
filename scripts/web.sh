# The pages for browsers: built with npm where it is, from web/ into web/dist. Sourced.
# shellcheck shell=bash

web=$root/web
web_stamp=$root/artifacts/web.stamp

# build_web_if_needed: prints the result; fails where the build fails. Without npm, or when it fails, the service runs without pages.
build_web_if_needed() {
  [[ -f $web/package.json ]] || return 0
  local sources log status=0
  if ! command -v npm >/dev/null || ! command -v node >/dev/null; then
    say "Pages: Node.js and npm are not installed, so there are no pages for browsers; everything else works."
    return
  fi
  if is_web_built; then return; fi
  sources=$(web_fingerprint)
  warn "building the pages for browsers …"
  mkdir -p "$root/artifacts"
  log=$(mktemp)
  if install_modules "$web" && run_child timeout 600 npm --prefix "$web" run build >"$log" 2>&1; then
    echo "$sources" >"$web_stamp"
  else
    tail -n 20 "$log" >&2
    warn "the pages for browsers could not be built; npm's words are above. Everything else works."
    status=1
  fi
  rm -f "$log"
  return "$status"
}

# Whether the pages were built from the present sources. A build checks the types first, those of the tests as well.
is_web_built() { [[ -f $web/dist/index.html && -f $web_stamp && $(<"$web_stamp") == $(web_fingerprint) ]]; }

# Names and contents of everything that a build of the pages reads.
web_fingerprint() {
  (
    cd "$web"
    find . \( -name node_modules -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d " " -f 1
  )
}
