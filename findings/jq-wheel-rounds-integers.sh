#!/usr/bin/env bash
# The wheel jq gives other integers than jq itself: what its programs hand through exactly, it rounds on the way to Python.
#
# jq keeps the digits of numbers that it doesn't reckon with, and tells long ones apart. The wheel takes each result as a double,
# and makes an int of it again: `.` on 2^64 + 1 answers with the int 2^64, as value and as text(), and `unique` answers with two
# equal ones. An int looks exact, unlike a float. tojson in the program, of the same value, has all digits.
#
# Seen with the wheel jq 1.13.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" jq==1.13.0

PYTHONPATH="$scratch" python3 - <<'END'
import jq

factor = 2**64 + 1
text = f"[{factor}, {factor + 1}]"

def run(program):
    answer = jq.compile(program).input_text(text).first()
    print(program, "->", answer)
    return answer

assert run(".[0] == .[1]") is False
assert run("map(tojson)") == [str(factor), str(factor + 1)]
first, second = run("unique")
assert type(first) is int and first == second == int(float(factor)) != factor, "The digits are kept now."
as_text = jq.compile(".[0]").input_text(text).text()
print(".[0], as text ->", as_text)
assert as_text == str(first), "text() is another one now."
END
echo "As described: 2^64 + 1 comes out as another integer."
