#!/usr/bin/env bash
# Everything that must hold, from a fresh clone: installs what is missing, then formatting, lints, docs, the tests of
# the binary, of the JavaScript and of the browser. Stops at the first step that fails and names it.
#
# Needs Rust with rustfmt and clippy, a C compiler, and, for what else is missing, apt and either root or sudo.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_MAJOR=20
TOOLS=$PWD/tests/.tools
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-never}

step=""
begun=0
started=$SECONDS

finish() {
  local code=$?
  if [ "$code" -ne 0 ]; then
    printf '\n== FAILED: %s\n' "${step:-start}"
  fi
  exit "$code"
}
trap finish EXIT

# A headline, and how long the step before took.
step() {
  if [ -n "$step" ]; then printf '   %s: %s s\n' "$step" "$((SECONDS - begun))"; fi
  step=$1
  begun=$SECONDS
  printf '\n== %s\n' "$step"
}

has() { command -v "$1" >/dev/null 2>&1; }

# Installs Debian packages, or says which are missing.
install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if has sudo && sudo -n true 2>/dev/null; then as_root=(sudo -n); else
      printf 'missing: install %s (as root: apt-get install %s) and run this again\n' "$*" "$*" >&2
      return 1
    fi
  fi
  if ! has apt-get; then
    printf 'missing: install %s by the means of this system and run this again\n' "$*" >&2
    return 1
  fi
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

node_is_new_enough() {
  has node && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge "$NODE_MAJOR" ]
}

step "what the tests need"
export PATH=$TOOLS/bin:$TOOLS/node_modules/.bin:$HOME/.cargo/bin:$PATH
if ! has cargo; then
  echo 'missing: install Rust (https://rustup.rs) and run this again' >&2
  exit 1
fi
has cc || install gcc libc6-dev
cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || rustup component add rustfmt clippy
if ! has cargo-nextest; then
  cargo install cargo-nextest --locked --quiet --root "$TOOLS"
fi
has npm || install nodejs npm
if ! node_is_new_enough; then
  # Debian's may be older than what the tests are written for; the registry carries the program itself.
  npm install --loglevel=error --no-save --no-package-lock --prefix "$TOOLS" "node-linux-$(node -p process.arch)@$NODE_MAJOR"
  mkdir -p "$TOOLS/bin"
  ln -sf "$TOOLS/node_modules/node-linux-$(node -p process.arch)/bin/node" "$TOOLS/bin/node"
  hash -r
  node_is_new_enough
fi
if [ -z "${CHROMIUM:-}" ]; then
  has chromium || has chromium-browser || has google-chrome || install chromium
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
  export CHROMIUM
fi
# A second engine for the widget's main path.
if [ -z "${FIREFOX:-}" ]; then
  has firefox-esr || has firefox || install firefox-esr
  FIREFOX=$(command -v firefox-esr || command -v firefox)
  export FIREFOX
fi
# For schemathesis, in a folder of its own.
python3 -c 'import ensurepip, venv' 2>/dev/null || install python3 python3-venv
if [ ! -e tests/js/node_modules/.package-lock.json ] ||
  [ tests/js/package-lock.json -nt tests/js/node_modules/.package-lock.json ]; then
  npm ci --prefix tests/js --no-audit --no-fund --loglevel=error
fi

step "formatting"
cargo fmt --all --check

step "lints"
cargo clippy --locked --quiet --all-targets -- -D warnings

step "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --locked --quiet --no-deps --document-private-items

step "the binary, from outside and inside"
# One test holds 10,000 connections, or as many as there can be.
files=$(ulimit -Hn)
if [ "$files" != unlimited ] && [ "$files" -lt 10500 ]; then
  printf 'note: this system allows %s open files; so many fewer than 10,000 idle connections are tested\n' "$files"
fi
cargo nextest run --locked --no-fail-fast --status-level slow --final-status-level fail
FRONTDESK_BIN=${CARGO_TARGET_DIR:-$PWD/target}/debug/frontdesk
export FRONTDESK_BIN

step "the API from outside: a generated client, attacks, races"
npm ci --prefix tests/api --no-audit --no-fund --silent
node --test tests/api/*.test.mjs

step "the API against its own document"
node tests/api/fuzz.mjs
node tests/api/mutate.mjs

step "JavaScript's types"
npx --prefix tests/js --no-install tsc -p tests/js/tsconfig.json

step "JavaScript"
node --test tests/js/*.test.mjs

step "the browser"
node --test --test-concurrency=1 tests/browser/*.test.mjs

step "done in $((SECONDS - started)) s"
step=""
