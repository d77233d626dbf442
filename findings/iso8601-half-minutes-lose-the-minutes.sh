#!/usr/bin/env bash
# The wheel iso8601 reads 01:30.5, which is half past one and half a minute, as 01:00:30.5: half an hour less, with no minutes.
#
# ISO 8601 lets the last part of a time have a fraction, whatever that part is. The wheel's pattern has a place for a fraction
# behind seconds only, so that it takes the 30 for seconds, and the minutes for absent; 01:30 and 01:30:30 it reads as what they
# are. The moment of an event so moves by up to an hour, and events change their order. dateutil reads the same as 01:30:30, and
# Python 3.11's own fromisoformat as 01:30:00.5, though its documentation says that such fractions are not supported.
#
# Seen with the wheels iso8601 2.1.0 and python-dateutil 4.0.0, and Python 3.11. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    iso8601==2.1.0 python-dateutil==4.0.0 six==1.17.0

PYTHONPATH="$scratch" python3 - <<'END'
from datetime import datetime

import dateutil.parser
import iso8601

expected = {
    "01:30Z": ("01:30:00", "01:30:00"),
    "01:30:30Z": ("01:30:30", "01:30:30"),
    "01:30.5Z": ("01:00:30.500000", "01:30:30"),
    "0130.5Z": ("01:00:30.500000", None),
    "23:59.9Z": ("23:00:59.900000", "23:59:54"),
}
for text, (time, right) in expected.items():
    seen = iso8601.parse_date(f"2026-11-30T{text}").time().isoformat()
    print(f"{text}: {seen} instead of {right or '01:30:30'}" if seen != right else f"{text}: {seen}")
    assert seen == time, f"It is {seen} now."
    if right:
        assert dateutil.parser.parse(f"2026-11-30T{text}").time().isoformat() == right
assert datetime.fromisoformat("2026-11-30T01:30.5Z").time().isoformat() == "01:30:00.500000"
END
echo "As described: 01:30.5 is 01:00:30.5."
