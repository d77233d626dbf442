"""Parts of a job: several machines share one, each with every so many-th assignment of it."""

import re

import msgspec
import rich_click as click


class Part(msgspec.Struct, frozen=True):
    """One of so many parts of a job, numbered from 1."""

    number: int = 1
    parts: int = 1

    def __str__(self) -> str:
        """Write it as file names have it."""
        return f"{self.number}of{self.parts}"


class PartOf(click.ParamType[Part]):
    """A part on the command line, `3/16`."""

    name = "part"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Part:
        """Return it."""
        if isinstance(value, Part):
            return value
        found = re.fullmatch(r"([0-9]{1,6})/([0-9]{1,6})", str(value))
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            self.fail(f"{value!r} is not a part; one such as 3/16, the third of sixteen, is accepted.", param, ctx)
        return Part(int(found[1]), int(found[2]))
