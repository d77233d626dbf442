#!/usr/bin/env bash
# The wheel isoduration reads P0.5D as half a day, and adds a whole one: each part of a duration is rounded to a whole number first.
#
# PT0.5M is a minute, P0.5Y a year, PT1.5H two hours, and PT0.4S nothing at all when they are added to a time. So a
# limit of PT0.4S has passed where it begins, and one of PT1.5H half an hour late. ISO 8601 lets the last part have a fraction. The
# parsed duration holds it, 0.5 days; only its sum with a time is without.
#
# Seen with the wheels isoduration 20.11.0 and arrow 1.4.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" isoduration==20.11.0 arrow==1.4.0 \
    python-dateutil==4.0.0 six==1.17.0 tzdata==2026.6

PYTHONPATH="$scratch" python3 - <<'END'
from datetime import datetime, timedelta
from decimal import Decimal

from isoduration import parse_duration

begin = datetime(2026, 1, 1)

def expect(text, added):
    seen = begin + parse_duration(text) - begin
    print(text, "adds", seen)
    assert seen == added, f"Expected {added}."

expect("P0.5D", timedelta(days=1))
expect("PT0.5M", timedelta(minutes=1))
expect("PT1.5H", timedelta(hours=2))
expect("PT0.4S", timedelta())
expect("PT2.5S", timedelta(seconds=3))
expect("P0.5Y", timedelta(days=365))
# The controls: what was read, and whole parts.
assert parse_duration("P0.5D").date.days == Decimal("0.5")
assert parse_duration("PT1.5H").time.hours == Decimal("1.5")
expect("PT90M", timedelta(minutes=90))
expect("P1DT12H", timedelta(hours=36))
END
echo "As described: half a day is a day."
