"""What every test shares."""

import os
import sys

from hypothesis import settings

# Where Python may not keep what it has compiled, every process that a test starts would compile everything again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The machine is shared: how long one example takes says nothing about the code.
settings.register_profile("tallystick", deadline=None)
settings.load_profile("tallystick")


def pytest_collection_modifyitems(items):
    """Begin with what takes long: begun last, it would keep one process busy while the others have nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
