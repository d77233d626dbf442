#!/usr/bin/env bash
# httpx-sse hands on events that have no data, which the standard says are none: a stream that begins with `retry:` has an empty one.
#
# Servers begin a stream with `retry: 3000` and a blank line, or keep a client's position with an `id:` alone. To the standard and to
# other clients such a block sets what it says, and is no event. httpx-sse yields a message whose data is "", of which json() fails,
# so that a client that reads each message as JSON ends at the first block. Comments are passed over.
#
# Seen with the wheels httpx-sse 0.4.3 on httpx 0.28.1, beside sseclient-py 1.9.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch" httpx==0.28.1 httpx-sse==0.4.3 sseclient-py==1.9.0

PYTHONPATH="$scratch" python3 - <<'END'
import json

import httpx
import httpx_sse
import sseclient


def read(stream):
    """Return the data of a stream's events, as httpx-sse and sseclient-py have them."""
    answer = httpx.Response(200, headers={"content-type": "text/event-stream"}, content=stream)
    with httpx.Client(transport=httpx.MockTransport(lambda request: answer)) as client:
        with httpx_sse.connect_sse(client, "GET", "http://localhost/") as source:
            events = list(source.iter_sse())
    other = [event.data for event in sseclient.SSEClient(iter([stream])).events()]
    print(stream, "->", [event.data for event in events], "; sseclient-py:", other)
    return events, other


event = b'id: 7\ndata: {"n": 1}\n\n'
for block in (b"retry: 3000\n\n", b"id: 6\n\n", b"event: tick\n\n"):
    (first, second), other = read(block + event)
    assert other == [second.data] == ['{"n": 1}']
    assert first.data == "", "It is another event now."
    try:
        first.json()
    except json.JSONDecodeError as failed:
        print("json():", failed)
    else:
        raise SystemExit("Its data are JSON now.")
events, other = read(b": a comment\n\n" + event)
assert len(events) == len(other) == 1
END
echo "As described: a block without data is an event to httpx-sse."
