"""What every test shares."""

from hypothesis import settings

# The machine is shared: how long one example takes says nothing about the code.
settings.register_profile("tallystick", deadline=None)
settings.load_profile("tallystick")


def pytest_collection_modifyitems(items):
    """Begin with what takes long: begun last, it would keep one process busy while the others have nothing left."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
