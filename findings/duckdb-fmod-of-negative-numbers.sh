#!/usr/bin/env bash
# DuckDB's fmod has the sign of the divisor, unlike C's, unlike its own %, and unlike its own mod: fmod(-7, 3) is 2.
#
# fmod is the name that C and many languages give to the remainder with the sign of the dividend, -1 here; % and mod() answer -1 for
# integers and for DOUBLE alike. Residues modulo a factor so come out in another class as soon as one of them is negative.
#
# Seen with the wheel duckdb 2.0.1. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" duckdb==2.0.1

PYTHONPATH="$scratch" python3 - <<'END'
import math

import duckdb

for a, b in ((-7, 3), (7, -3), (7, 3)):
    for kind in ("BIGINT", "DOUBLE"):
        x, y = f"{a}::{kind}", f"{b}::{kind}"
        [answers] = duckdb.sql(f"SELECT fmod({x}, {y}), ({x}) % ({y}), mod({x}, {y})").fetchall()
        print(f"fmod, % and mod of {a} and {b} as {kind}:", *answers, "; C:", math.fmod(a, b))
        assert answers[1] == answers[2] == math.fmod(a, b)
        assert answers[0] == a % b, "fmod answers otherwise now."
assert math.fmod(-7, 3) == -1 and -7 % 3 == 2
END
echo "As described: fmod(-7, 3) is 2, and -7 % 3 is -1."
