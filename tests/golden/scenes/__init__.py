"""What has to be done so that each type of event is recorded: a scene for a few types that come together, by context."""

from collections.abc import Set as AbstractSet
from importlib import import_module
from pkgutil import iter_modules

from tests.golden.staging import SCENES, Scene

for _context in iter_modules(__path__):
    import_module(f"{__name__}.{_context.name}")


def scenes_for(missing: AbstractSet[str]) -> list[Scene]:
    """Return the scenes that lead to types of event, each once."""
    return list(dict.fromkeys(scene for known, scene in SCENES.items() if known in missing))
