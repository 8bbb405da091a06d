#!/usr/bin/env bash
# Builds the image of a silo with docker or buildah, whichever is there.
#
#   deploy/image.sh [--tag NAME[:TAG]] [BUILD OPTION...]
#
# Without --tag the image is called fayo-calls:VERSION. Whatever else is given goes to the builder, e.g.
#   deploy/image.sh --tag calls.example.com/fayo-calls:0.5.0 --build-arg RUNTIME_IMAGE=mirror.example.com/aspnet:10.0
# FAYO_BUILDER=docker|buildah chooses the builder.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

fail() {
  printf 'image.sh: %s\n' "$*" >&2
  exit 1
}

version() { sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' "$root/Directory.Build.props"; }

# The commit, marked where the checkout has changes that are in no commit.
revision() {
  git -C "$root" rev-parse HEAD 2>/dev/null || return 0
}
is_changed() { [[ -n $(git -C "$root" status --porcelain 2>/dev/null) ]]; }

builder() {
  local name
  for name in ${FAYO_BUILDER:-docker buildah}; do
    if command -v "$name" >/dev/null; then
      echo "$name"
      return
    fi
  done
  fail "Neither docker nor buildah is installed."
}

main() {
  local version revision tag tool
  version=$(version)
  revision=$(revision)
  if [[ -n $revision ]] && is_changed; then revision+=-changed; fi
  tag=fayo-calls:$version
  if [[ ${1:-} == --tag ]]; then
    tag=${2:-}
    [[ -n $tag ]] || fail "--tag needs a name."
    shift 2
  fi
  tool=$(builder)
  local -a options=(--file "$root/deploy/Dockerfile" --tag "$tag"
    --build-arg "VERSION=$version"
    --build-arg "REVISION=$revision"
    # With SOURCE_DATE_EPOCH, as reproducible builds have it, the label does not change from build to build.
    --build-arg "CREATED=$(date --utc --date "@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%dT%H:%M:%SZ)"
    --build-arg "SOURCE=${FAYO_SOURCE_URL:-}")
  case $tool in
    docker) docker build "${options[@]}" "$@" "$root" ;;
    # Docker's format keeps what OCI's has no room for; registries and Kubernetes take both.
    buildah) buildah build --layers --format docker --ignorefile "$root/.dockerignore" "${options[@]}" "$@" "$root" ;;
    *) fail "FAYO_BUILDER is docker or buildah, not '$tool'." ;;
  esac
  printf 'image.sh: built %s\n' "$tag" >&2
}

main "$@"
