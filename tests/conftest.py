"""What every test shares."""

from hypothesis import settings

# The machine is shared: how long one example takes says nothing about the code.
settings.register_profile("tallystick", deadline=None)
settings.load_profile("tallystick")
