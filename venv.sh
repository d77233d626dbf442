#!/bin/sh
# Puts into .venv what the demo needs, with `sh venv.sh nodes` also what it needs on several nodes, with `sh venv.sh all`
# everything: what tests and checks need too. make calls it.
#
# All comes as wheels, so that nobody needs a compiler, and at the versions in constraints.txt. What Python compiles for
# itself, it compiles when it first imports it: the demo imports less than half of what the wheels hold.
set -eu
cd "$(dirname "$0")"

LOG=.venv/pip.log
export PIP_ONLY_BINARY="${PIP_ONLY_BINARY-:all:}" # PIP_ONLY_BINARY=:none: builds what has no wheel

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null
}

version_of() {
    "$1" -c 'import platform; print(platform.python_version())' 2> /dev/null
}

find_python() {
    if [ -n "${PYTHON-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.14 python3.13 python3.12 python3.11
    fi
    for candidate; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    seen=$(version_of "$1") && seen="$1 is Python $seen" || seen="$1 was not found"
    fail "Python 3.11 or later is needed, and $seen; install one, or name it: make demo PYTHON=/path/to/python3"
}

make_environment() {
    python=$(find_python)
    echo "Setting up .venv with Python $(version_of "$python"), once." >&2
    if ! "$python" -m venv --clear .venv > /dev/null 2>&1; then
        rm -rf .venv
        fail "$python can't make virtual environments; on Debian and Ubuntu the package python3-venv is missing."
    fi
}

pip_install() {
    .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --no-compile \
        --constraint constraints.txt "$@" > "$LOG" 2>&1
}

install() {
    pip_install "$@" || explain
}

# Of what did pip find no wheel for this platform?
lacking() {
    awk '/ERROR: Cannot install / && $5 == "because" { name = $4 } # every version is pinned: no other can conflict
        /No matching distribution found for / { name = $NF }
        found { name = $1; found = 0 }
        /have no matching distributions available/ { found = 1 }
        END { sub(/[^A-Za-z0-9._-].*/, "", name); print name }' "$LOG"
}

unreachable() {
    grep -q -i 'Retrying (\|connection error' "$LOG"
}

platform() {
    echo "Python $(version_of .venv/bin/python) on $(uname -sm)"
}

# Why did pip fail? One sentence; all that it said stays in the log.
explain() {
    if unreachable; then
        reason="the package registry can't be reached"
    elif [ -n "$(lacking)" ]; then
        reason="there is no wheel of $(lacking) for $(platform)"
    else
        reason=$(grep -i error "$LOG" | tail -n 1)
    fi
    fail "What Tallystick needs could not be installed: ${reason:-pip failed}. What pip said stands in $LOG."
}

# The group `bare` of pyproject.toml, which says why its dependencies stay away.
install_bare() {
    pip_install --no-deps --group bare && return
    if [ "$(lacking)" != passagemath-libecm ] || unreachable; then
        explain
    fi
    if ! command -v ecm > /dev/null; then
        fail "There is no GMP-ECM: passagemath-libecm, which would bring it, has no wheel for $(platform), and no program" \
            "ecm was found; install the package gmp-ecm of the system."
    fi
    echo "passagemath-libecm has no wheel for $(platform): curves will be run with $(command -v ecm)." >&2
    install --no-deps drf-spectacular-sidecar
}

[ -x .venv/bin/pip ] && new_enough .venv/bin/python || make_environment

# First of all pip itself: the one that comes with a Python may be too old to know dependency groups. The wheel of this
# distribution is built with what is in .venv; in an environment of its own, Django would be installed each time.
install --upgrade pip hatchling editables
install_bare
case "${1-}" in
    all) install --no-build-isolation --editable '.[counting,orders,cluster]' --group test --group check ;;
    nodes) install --no-build-isolation --editable '.[counting,cluster]' --group nodes ;;
    *) install --no-build-isolation --editable '.[counting]' ;;
esac
