"""A coordinator on a machine whose clock is set: by as many seconds as stand in the file that STEPPED_CLOCK names.

python -m tests.soak.stepped serve …
"""

import os
import runpy
import sys
import time
from pathlib import Path

_file = Path(os.environ["STEPPED_CLOCK"])
_time_ns = time.time_ns


def _stepped_ns():
    try:
        return _time_ns() + int(_file.read_text() or 0) * 10**9
    except OSError:  # it is just being written, or no descriptor is left
        return _time_ns()


# It may be that its files are cut off: what it compiled then would be, for all that follow.
sys.dont_write_bytecode = True
time.time_ns = _stepped_ns
time.time = lambda: _stepped_ns() / 10**9
sys.argv = ["coordinator.cli", *sys.argv[1:]]
runpy.run_module("coordinator.cli", run_name="__main__", alter_sys=True)
