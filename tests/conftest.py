"""What every test shares."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from hypothesis import settings

# Where Python may not keep what it has compiled, every process that a test starts would compile everything again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test cuts the power, so none has to wait for a disk; a full run writes some hundred megabytes.
_MEMORY, _ENOUGH_BYTES = Path("/dev/shm"), 4 * 1024**3
if (
    "TMPDIR" not in os.environ
    and os.access(_MEMORY, os.W_OK)
    and shutil.disk_usage(_MEMORY).free > _ENOUGH_BYTES
    and not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
):
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)

# The machine is shared: how long one example takes says nothing about the code.
settings.register_profile("tallystick", deadline=None)
settings.load_profile("tallystick")


def pytest_collection_modifyitems(items):
    """Begin with what takes long: begun last, it would keep one process busy while the others have nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
