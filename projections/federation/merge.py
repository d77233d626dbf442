"""The merge: what all agents know together, kept in memory and brought forward when somebody asks.

The merge is a function of the tables of `projections.federation.latest` and of nothing else. Bringing it forward costs
what has changed since it was last asked for: an agent that pushed often meanwhile is looked at once.
"""

import sqlite3

import msgspec

from projections.federation.latest import changed_since, last_change
from projections.federation.sorted_texts import SortedTexts
from projections.federation.state import last_reset

_decode_facts = msgspec.json.Decoder(list[str]).decode


class _Known(msgspec.Struct, frozen=True, gc=False):
    """The contribution of an agent; its facts are a JSON array."""

    effective_at: int
    topics: dict[str, int]
    facts: bytes


_NOTHING = _Known(0, {}, b"[]")


class Merge:
    """The latest summaries of all agents, merged.

    Args:
        began: the position at which it started anew, 0 for the beginning of the log.

    Attributes:
        position: of the last change, 0 when there was none.
    """

    def __init__(self, began: int = 0) -> None:
        self.began = began
        self.position = began
        self._known: dict[str, _Known] = {}
        self._topics: dict[str, list[int]] = {}
        """Counts added up, and how many agents name the topic."""
        self._naming: dict[str, int] = {}
        """How many agents name each fact."""
        self._sorted = SortedTexts()
        """The facts as they were when they were last asked for."""
        self._changed: dict[str, bool] = {}
        """Facts that have come or gone since, and whether they are among the sorted."""

    @property
    def agents(self) -> int:
        """How many agents contribute."""
        return len(self._known)

    @property
    def fact_count(self) -> int:
        """How many facts there are."""
        return len(self._naming)

    @property
    def updated_at(self) -> int | None:
        """The greatest effective time of the summaries, microseconds UTC; None while there are none."""
        return max((known.effective_at for known in self._known.values()), default=None)

    @property
    def topics(self) -> dict[str, int]:
        """The counts of each topic, added up, in order of the topics."""
        return {topic: count for topic, (count, _) in sorted(self._topics.items())}

    def facts(self) -> bytes:
        """Return every fact that at least one agent names, in order of code points, as a JSON array."""
        self._sorted.change(
            come=[fact for fact, there in self._changed.items() if not there and fact in self._naming],
            gone=[fact for fact, there in self._changed.items() if there and fact not in self._naming],
        )
        self._changed.clear()
        return self._sorted.json()

    def follow(self, connection: sqlite3.Connection) -> None:
        """Take what has changed in the tables."""
        for now in changed_since(connection, self.position):
            before = self._known.get(now.agent_id, _NOTHING)
            # A copy: what was decoded is part of all that was read at once.
            after = self._known[now.agent_id] = _Known(now.effective_at, now.content.topics, bytes(now.content.facts))
            self._name(before.facts, after.facts)
            self._count(before.topics, -1)
            self._count(after.topics, 1)
        self.position = last_change(connection)

    def _name(self, before: bytes, after: bytes) -> None:
        """Count who names which fact.

        Facts are decoded each time: as JSON they lie together, and are at hand when they are compared.
        """
        lost, named = set(_decode_facts(before)), set(_decode_facts(after))
        naming, changed = self._naming, self._changed
        for fact in named - lost:
            agents = naming.get(fact, 0)
            if not agents:
                changed.setdefault(fact, False)
            naming[fact] = agents + 1
        for fact in lost - named:
            agents = naming.pop(fact) - 1
            if agents:
                naming[fact] = agents
            else:
                changed.setdefault(fact, True)

    def _count(self, topics: dict[str, int], sign: int) -> None:
        for topic, count in topics.items():
            counted = self._topics.setdefault(topic, [0, 0])
            counted[0] += sign * count
            counted[1] += sign
            if not counted[1]:
                del self._topics[topic]


def brought_forward(merge: Merge | None, connection: sqlite3.Connection) -> Merge:
    """Return the merge as the tables have it: the given one brought forward, or a new one when they started anew."""
    began = last_reset(connection)
    current = merge if merge is not None and merge.began == began else Merge(began)
    current.follow(connection)
    return current
