"""Tallystick's one public face: its version, and `python -m tallystick`.

The packages `core`, `projections`, `coordinator` and `workers`, which are installed beside this one, are its inside: they
may change with every version.
"""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("tallystick")
