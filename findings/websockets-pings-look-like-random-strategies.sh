#!/usr/bin/env bash
# An idle websockets connection makes Hypothesis accuse a property, which has nothing to do with it, of using `random`.
#
# The synchronous client of websockets sends a ping each 20 s, from a thread, and draws its four bytes from Python's one global
# generator. Hypothesis compares that generator's state before and after a draw and says "Do not use the `random` module inside
# strategies". So a test process that keeps a connection open (to a browser's DevTools, say) fails some property once in many
# runs, another one each time, and where the warning is an error it says that the data are inconsistent. ping_interval=None ends it.
#
# Seen with the wheels websockets 17.4 and hypothesis 6.170.15. Pings are sent each hundredth of a second here, so that none of
# 20 draws is without one. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --target "$scratch" websockets==17.4 hypothesis==6.170.15

PYTHONPATH="$scratch" python3 - <<'END'
import threading
import time
import warnings

from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from websockets.sync.client import connect
from websockets.sync.server import serve


@settings(max_examples=20, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.data())
def whole(data):
    data.draw(st.integers().map(lambda number: time.sleep(0.05) or number))


def said(ping_interval):
    """Return what Hypothesis says of a property beside a connection that does nothing."""
    with serve(lambda socket: list(socket), "127.0.0.1", 0, ping_interval=None) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        with connect(f"ws://127.0.0.1:{port}", ping_interval=ping_interval), warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            whole()
        server.shutdown()
    return {str(one.message).partition(";")[0] for one in caught}


beside_pings, beside_none = said(0.01), said(None)
print("beside pings:", beside_pings)
print("without:", beside_none)
assert beside_pings == {"Do not use the `random` module inside strategies"}, "It is not accused now."
assert beside_none == set()
END
echo "As described: a connection that sends pings makes a property look as if it used random numbers of its own."
