#!/usr/bin/env bash
# proto-plus makes half a second after 1970 out of half a second before it, and every time before 1970 up to a second later.
#
# Its DatetimeWithNanoseconds takes the whole seconds by cutting towards zero, and adds the fraction above the second below: of
# 1969-12-31T23:59:59.5, which is -0.5, come 0 seconds and 500000000 nanoseconds. Whole seconds are right, and so is everything
# from 1970 on. The same class in google-api-core errs alike, while its to_microseconds, and protobuf's own FromDatetime, are right.
# Read back, the message has become another time.
#
# Seen with the wheels proto-plus 1.29.0, google-api-core 2.44.0 and protobuf 7.36.2. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    proto-plus==1.29.0 google-api-core==2.44.0 protobuf==7.36.2

PYTHONPATH="$scratch" python3 - <<'END_OF_PYTHON'
from datetime import datetime, timezone

from google.api_core import datetime_helpers as google
from google.protobuf.timestamp_pb2 import Timestamp
from proto import datetime_helpers as plus


def expect(text, seconds, nanoseconds):
    for library in (plus, google):
        time = library.DatetimeWithNanoseconds.from_rfc3339(text)
        message = time.timestamp_pb()
        print(library.__name__, text, "is", message.seconds, "s and", message.nanos, "ns")
        assert (message.seconds, message.nanos) == (seconds, nanoseconds), f"Expected {seconds} and {nanoseconds}."


expect("1969-12-31T23:59:59.5Z", 0, 500_000_000)
expect("1969-12-31T23:59:58.000000001Z", -2, 1)
expect("1969-12-31T23:59:58.25Z", -1, 250_000_000)
expect("1950-01-01T00:00:00.5Z", -631151999, 500_000_000)
back = plus.DatetimeWithNanoseconds.from_timestamp_pb(Timestamp(seconds=0, nanos=500_000_000))
assert back.rfc3339() == "1970-01-01T00:00:00.5Z"
# The controls: whole seconds, times from 1970 on, and protobuf itself.
expect("1969-12-31T23:59:59Z", -1, 0)
expect("1970-01-01T00:00:00.5Z", 0, 500_000_000)
expect("2026-11-30T12:00:00.123456789Z", 1796040000, 123_456_789)
for text, seconds, nanoseconds in (("1969-12-31T23:59:59.5", -1, 500_000_000), ("1950-01-01T00:00:00.5", -631152000, 500_000_000)):
    time = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
    message = Timestamp()
    message.FromDatetime(time)
    assert (message.seconds, message.nanos) == (seconds, nanoseconds)
    assert google.to_microseconds(time) == seconds * 10**6 + nanoseconds // 1000
END_OF_PYTHON
echo "As described: a half second before 1970 is one after it."
