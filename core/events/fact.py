"""A fact is what happened, as a context states it: the content of an event, without the envelope."""

from typing import ClassVar

import msgspec


class Fact(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The content of one event.

    Every kind of fact is a subclass with a `type` of its own: a stable name that ends in the version of its shape
    (`factoring.curves_run.v1`), never a class path. A type never changes its meaning or its fields; a new shape is a
    new version. Collections are tuples, numbers that may exceed 2^53 are decimal strings, times are microseconds UTC.
    """

    type: ClassVar[str]

    @property
    def context(self) -> str:
        """Whose tables it changes: the first word of its type. Facts that contexts share state it in a field."""
        return self.type.partition(".")[0]
