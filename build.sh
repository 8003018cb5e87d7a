#!/usr/bin/env bash
# The one command of this project. It needs Go, and for the tests what need_tools names.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'END'
usage: ./build.sh [command]

  build [-plain] the static site and the ES module, in dist/ (the default);
                 -plain leaves the programs as Go links them, larger
  serve [port]   builds, then serves on 127.0.0.1:8080 or the next free port
  test [quick]   everything: static analysis, Go tests, the core as WASM, the browser;
                 quick is what a minute is enough for
  bench [-quick] sizes and times in Chromium, as a table and in dist/bench.json;
                 -quick leaves out what is larger than 1 MB
  size           what each package costs in the WASM
  fuzz [time]    runs every fuzz target for that time each (default: 30s)
END
}

# need_go makes go the one that go.mod names, whatever is installed and whatever the
# environment says: dist/ is the same bytes on every machine. Go 1.21 and later fetch
# another version of themselves.
need_go() {
  GOTOOLCHAIN=$(sed -n 's/^toolchain //p' go.mod)
  export GOTOOLCHAIN
  if [ "$(go env GOVERSION 2>/dev/null)" != "$GOTOOLCHAIN" ]; then
    echo "This is built with Go ${GOTOOLCHAIN#go}: install it from https://go.dev/dl/, or any Go from 1.21 on where that version can be fetched." >&2
    exit 1
  fi
}

# need_tools installs what the tests drive, where it is absent and may be
# installed, and otherwise says what to install.
need_tools() {
  local missing=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
  command -v openssl >/dev/null || missing+=(openssl)
  command -v dumpasn1 >/dev/null || missing+=(dumpasn1)
  ((${#missing[@]})) || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "== installing ${missing[*]}"
    if (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}") >/dev/null; then
      return 0
    fi
  fi
  echo "The tests need: ${missing[*]}. On Debian: sudo apt-get install -y ${missing[*]}" >&2
  exit 1
}

# check runs one step of the tests, and prints under its name what it says when it has
# ended: several run at a time. The name of one that fails is kept for the end.
check() {
  local name=$1 start=$SECONDS out result=0
  shift
  out=$(mktemp "$steps/out.XXXXXX")
  (set -e && "$@") >"$out" 2>&1 &
  wait $! || result=$?
  until mkdir "$steps/printing" 2>/dev/null; do sleep 0.1; done
  echo "== $name ($((SECONDS - start)) s)"
  cat "$out"
  if [ $result != 0 ]; then
    echo "== FAILED: $name"
    echo "$name" >>"$steps/failed"
  fi
  rmdir "$steps/printing"
}

formatted() {
  local files
  files=$(gofmt -l .)
  [ -z "$files" ] || { echo "gofmt would change: $files" >&2; return 1; }
}

# The packages that are linked into the WASM.
core() {
  GOOS=js GOARCH=wasm go list -deps ./wasm/... | grep "^$(go list -m)/internal/" | sort -u
}

# By a clock that is years ahead, so that no test depends on the day; natively they run
# by today's.
as_wasm() {
  go build -o .cache/wasmtest ./internal/tools/wasmtest
  # shellcheck disable=SC2046
  CLOCK_YEARS_AHEAD=6 GOOS=js GOARCH=wasm go test -timeout 60m -exec "$PWD/.cache/wasmtest" $(core)
}

# govulncheck is not pinned in go.mod: the module proxy does not serve all of what
# it is made of. Where a machine has one, it is asked.
vulnerabilities() {
  local out
  if ! command -v govulncheck >/dev/null; then
    echo "skipped: there is no govulncheck here (go install golang.org/x/vuln/cmd/govulncheck@latest)"
  elif out=$(govulncheck ./... 2>&1); then
    echo "none known"
  elif grep -qiE "fetching vulnerabilities|no such host|connection refused|timeout" <<<"$out"; then
    echo "skipped: the database of vulnerabilities cannot be reached"
  else
    echo "$out"
    return 1
  fi
}

# script_tools brings the formatter and the type checker of the scripts, in the versions
# of js/package-lock.json. Only these need Node and npm: without them it says that a
# check is skipped, which with CI=true is a failure.
script_tools() {
  local why="there is no Node with npm here"
  if command -v node >/dev/null && command -v npm >/dev/null; then
    [ js/package-lock.json -nt js/node_modules/.package-lock.json ] || return 0
    npm ci --prefix js --loglevel error && return 0
    why="npm does not bring what js/package-lock.json names"
  fi
  if [ "${CI:-}" = true ]; then
    echo "with CI=true the scripts are checked, but $why" >&2
    exit 1
  fi
  echo "skipped: $why"
  return 1
}

scripts_formatted() {
  if script_tools; then
    js/node_modules/.bin/prettier --check --log-level warn '**/*.{js,mjs,ts}'
  fi
}

# The scripts are typed by their comments.
types() {
  if script_tools; then
    js/node_modules/.bin/tsc -p js
  fi
}

# The same tests run in Chromium with those of what is shipped.
scripts_tested() {
  if command -v node >/dev/null; then
    node --test js/*.test.js js/*/*.test.js
  else
    echo "skipped: there is no Node here, and they run in Chromium"
  fi
}

# The parts of the tests, of which those of one part run one after the other.
scripts_checked() {
  check "prettier" scripts_formatted
  check "types of the scripts" types
  check "tests of the scripts, in Node" scripts_tested
}

analysed() {
  check "gofmt" formatted
  check "go vet" go vet ./...
  check "go vet, as WASM" env GOOS=js GOARCH=wasm go vet ./wasm/...
  # Built for this machine first: as a tool it would be built as WASM itself.
  check "staticcheck, built" go build -o .cache/staticcheck honnef.co/go/tools/cmd/staticcheck
  check "staticcheck" .cache/staticcheck ./...
  check "staticcheck, as WASM" env GOOS=js GOARCH=wasm .cache/staticcheck ./wasm/...
}

natively() {
  # shellcheck disable=SC2046
  go test "$@" $(go list ./... | grep -v /internal/e2e)
}

# What is made and judged by the page and the module, by a clock that is years ahead.
e2e_ahead() {
  CLOCK_YEARS_AHEAD=6 go test -timeout 60m ./internal/e2e -run '^(TestClock|TestMadeInChromium|TestMakeCertificates|TestMakeRecipients|TestGivenCAByOpenSSL|TestScenarioExamples|TestPageTour)$'
}

run_tests() {
  local start=$SECONDS quick=${1:-}
  case $quick in
    quick | "") ;;
    *)
      echo "There is no test \"$quick\"." >&2
      usage >&2
      exit 2
      ;;
  esac
  [ "$quick" ] || need_tools
  mkdir -p .cache
  steps=$(mktemp -d .cache/steps.XXXXXX)
  trap 'rm -rf "$steps"' EXIT
  # What runs beside this does not hear of an interrupt by itself.
  trap 'trap - INT TERM; kill 0' INT TERM
  if [ "$quick" ]; then
    analysed
    check "prettier" scripts_formatted
    check "tests, native, without the slow ones" natively -short
  else
    # What waits much, in browsers, runs beside what computes much.
    local part parts=()
    {
      check "tests of what is shipped, in Chromium" go test -timeout 60m ./internal/e2e
      check "tests of what is shipped, by a clock six years ahead" e2e_ahead
    } &
    parts+=($!)
    {
      analysed
      scripts_checked
      check "go mod verify" go mod verify
      check "vulnerabilities" vulnerabilities
      check "tests, native" natively -timeout 60m
      check "tests of the core as WASM, in Chromium, by a clock six years ahead" as_wasm
    } &
    parts+=($!)
    for part in "${parts[@]}"; do
      wait "$part" || echo "a part that ended early" >>"$steps/failed"
    done
  fi
  if [ -e "$steps/failed" ]; then
    echo "== failed in $((SECONDS - start)) s: $(paste -sd, "$steps/failed" | sed 's/,/, /g')" >&2
    exit 1
  fi
  echo "== all tests passed in $((SECONDS - start)) s"
}

fuzz() {
  local time=${1:-30s} package target
  for package in $(go list ./...); do
    # Listing compiles the tests; a package without any lists nothing.
    for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
      echo "== $package $target"
      go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x "$package"
    done
  done
  echo "== no fuzz target found anything in $time each"
}

need_go
case "${1:-build}" in
  build) go run ./internal/tools/bundle "${@:2}" ;;
  serve) go run ./internal/tools/serve ${2:+-port "$2"} ;;
  test) run_tests "${@:2}" ;;
  bench) go run ./internal/tools/bench "${@:2}" ;;
  size) go run ./internal/tools/sizereport ;;
  fuzz) fuzz "${2:-30s}" ;;
  help | -h | --help) usage ;;
  *)
    echo "There is no command \"$1\"." >&2
    usage >&2
    exit 2
    ;;
esac
