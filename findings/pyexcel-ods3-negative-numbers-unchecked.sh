#!/usr/bin/env bash
# pyexcel-ods3 refuses to write 2^53 + 1, which a sheet would round, and rounds -(2^53 + 1); negative durations it loses altogether.
#
# "In order to keep its accuracy" it asks for text from 10^15 on, and never asks below zero. A duration of minus one second is
# saved as a cell that is empty when it is read again; with one second it comes back as the time 00:00:01, and with a day and a half
# as the duration. Fractions of seconds are cut from both.
#
# Seen with the wheels pyexcel-ods3 0.6.1, pyexcel-io 0.6.8, pyexcel-ezodf 0.3.4, lml 0.2.0 and lxml 6.1.3. Fails when they behave
# otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    pyexcel-ods3==0.6.1 pyexcel-io==0.6.8 pyexcel-ezodf==0.3.4 lml==0.2.0 lxml==6.1.3

cd "$scratch"
PYTHONPATH="$scratch" python3 - <<'END'
from datetime import time, timedelta

from pyexcel_ods3 import get_data, save_data


def back(value):
    save_data("one.ods", {"sheet": [["before", value, "after"]]})
    answer = get_data("one.ods")["sheet"][0][1]
    print(f"{value!r} comes back as {answer!r}")
    return answer


def refused(value):
    try:
        save_data("one.ods", {"sheet": [[value]]})
    except Exception as error:
        print(" ".join(str(error).split()))
        assert "too big" in str(error)
    else:
        raise AssertionError(f"{value} is taken now.")


refused(2**53 + 1)
assert back(-(2**53) - 1) == -(2**53), "It is another now."
assert back(timedelta(seconds=-1)) in ("", None), "It comes back now."
assert back(timedelta(hours=-36)) in ("", None), "It comes back now."
# The controls.
assert back(10**15 - 1) == 10**15 - 1
assert back(timedelta(seconds=1)) == time(0, 0, 1)
assert back(timedelta(hours=36)) == timedelta(hours=36)
END
echo "As described: what is negative isn't checked."
