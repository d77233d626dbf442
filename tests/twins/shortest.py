"""The shortest history that fails as a longer one did: its deeds are left out one after the other, and said more simply."""

import re
import tempfile
from collections.abc import Iterator

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields, replace

from tests.twins.story import Deed, Story
from tests.twins.telling import NotThere


def retold(deeds: list[Deed]) -> str:
    """Do the deeds of a story again, under the same indices; return how that fails, empty when it does not."""
    with tempfile.TemporaryDirectory() as directory:
        story = Story(directory)
        try:
            for deed in deeds:
                story.steps = deed.index
                try:
                    getattr(story, deed.name)(*deed.arguments, **deed.named)
                except NotThere:  # it speaks of what was left out
                    continue
            story.compare()
            story.is_the_same_in_every_way()
        except Exception as failure:
            return f"{type(failure).__name__}: {failure}"
        finally:
            story.close()
    return ""


def shortest(deeds: list[Deed]) -> str:
    """Return the shortest history found, a line each, and how it fails; empty when the whole one does not."""
    failure = retold(deeds)
    if not failure:
        return ""
    shorter: list[Deed] | None = deeds
    while shorter is not None:
        deeds = shorter
        shorter = next((fewer for fewer in _simpler(deeds) if _kind(retold(fewer)) == _kind(failure)), None)
    said = "\n".join(
        f"{deed.index:3} {deed.name} {', '.join(map(repr, deed.arguments))} {deed.named or ''}" for deed in deeds
    )
    return f"{said}\n{retold(deeds)}"


def _kind(failure: str) -> str:
    """Return what went wrong, without what differs from case to case."""
    return re.sub(r"[^A-Za-z_. ].*", "", failure.partition("=")[0])


def _simpler(deeds: list[Deed]) -> Iterator[list[Deed]]:
    """Yield simpler histories, the boldest first."""
    size = len(deeds) // 2
    while size:
        for start in range(0, len(deeds), size):
            yield deeds[:start] + deeds[start + size :]
        size //= 2
    for at, deed in enumerate(deeds):
        for said in _said_simpler(deed):
            yield [*deeds[:at], said, *deeds[at + 1 :]]


def _said_simpler(deed: Deed) -> Iterator[Deed]:
    if deed.named:
        yield replace(deed, named={})
    if len(deed.arguments) > 1:
        for at in range(len(deed.arguments)):
            yield replace(deed, arguments=deed.arguments[:at] + deed.arguments[at + 1 :])
    for at, argument in enumerate(deed.arguments):
        for simpler in _plainer(argument) if isinstance(argument, Struct) else ():
            yield replace(deed, arguments=(*deed.arguments[:at], simpler, *deed.arguments[at + 1 :]))


def _plainer(step: Struct) -> Iterator[Struct]:
    for field in fields(step):
        value = getattr(step, field.name)
        if field.default is not NODEFAULT and value != field.default:
            yield replace(step, **{field.name: field.default})
        if isinstance(value, tuple) and len(value) > 1:
            yield from (replace(step, **{field.name: value[:at] + value[at + 1 :]}) for at in range(len(value)))
