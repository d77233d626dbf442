"""The navigation: the ways from page to page, in groups, and the count worth knowing beside some of them."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from msgspec import Struct

from coordinator.http.admission.sessions import Session
from coordinator.node import Node


class Section(Struct, frozen=True):
    """An entry of the navigation; `key` is the letter that leads there after `g`, `group` the heading above it.

    `counts` says what the count beside it counts, where that is not all of what the page shows.
    """

    path: str
    name: str
    key: str
    group: str = ""
    counts: str = ""


class Group(Struct, frozen=True):
    """Entries of the navigation under one heading; those of a `private` one are shown to administrators."""

    name: str
    sections: Sequence[Section]
    private: bool = False


Count = Callable[[Node], Awaitable[Mapping[str, int]]]
"""Returns the one count worth knowing of some sections, by their paths."""


class Navigation(Struct, frozen=True):
    """The ways from page to page, and what counts the things they lead to."""

    groups: Sequence[Group]
    counts: Sequence[tuple[str, Count]]
    """Each with the context that it asks, empty for none."""

    @property
    def sections(self) -> list[Section]:
        """Those that everybody is shown."""
        return [section for group in self.groups if not group.private for section in group.sections]

    def shown_to(self, session: Session | None) -> list[Group]:
        """Return the groups that lead somebody to what they may see."""
        administers = session is not None and "admin" in session.holder.roles
        return [group for group in self.groups if administers or not group.private]

    async def counted(self, node: Node) -> dict[str, int]:
        """Return the counts of all sections whose context can be asked."""
        counted = await asyncio.gather(*(count(node) for context, count in self.counts if context not in node.withheld))
        return {path: number for counts in counted for path, number in counts.items()}
