"""Pauses: of what, since when and why, and what those are told who ask for work meanwhile."""

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from core.deciding import Kind
from core.timestamps import to_iso

EVERYTHING = "everything"


class Pause(msgspec.Struct, frozen=True, gc=False):
    """A pause as it stands.

    Attributes:
        target: `everything`, `kind-factoring`, `client-5` or `project-3`.
        drains: whether what is handed out already is finished.
        reason: in words, may be empty.
        since: microseconds UTC; of the event that made it what it is.
        position: of that event.
    """

    target: str
    drains: bool
    reason: str
    since: int
    position: int

    @property
    def told(self) -> str:
        """The words that follow the name of what is paused, in a sentence."""
        return f"{how(drains=self.drains)} since {to_iso(self.since)[:19]}Z{f': {self.reason}' if self.reason else ''}"


def how(*, drains: bool) -> str:
    """Return what is the case with something that is paused or drained, in words."""
    return "is being drained" if drains else "is paused"


class KnownPauses(Protocol):
    """The state that a request for work needs of pauses."""

    def pause(self, target: str) -> Pause | None:
        """Return the pause of a target, None when it is not paused."""
        ...


def kind_target(kind: str) -> str:
    """Return the target that a kind of work is, by its name."""
    return f"kind-{kind}"


def hindering(kind: str, client: int, pause_of: Callable[[str], Pause | None]) -> Pause | None:
    """Return the widest pause that keeps a client from work of a kind, given what there is; None when nothing does."""
    return next(filter(None, map(pause_of, (EVERYTHING, kind_target(kind), f"client-{client}"))), None)


def why_nothing(pause: Pause, kind: Kind) -> str:
    """Return what somebody is told who asks for work of a kind, which that pause keeps from it."""
    subjects = {EVERYTHING: "All work here", kind_target(kind.name): f"This kind of work ({kind.called})"}
    return f"{subjects.get(pause.target, 'Work for this client')} {pause.told.rstrip('.')}. Ask again later."


def unless_so(pause: Pause | None, *, drains: bool) -> bool:
    """Tell whether pausing changes anything: what is drained may be paused, and the other way round."""
    return pause is None or pause.drains != drains


def by_target(pauses: Iterable[Pause]) -> dict[str, Pause]:
    """Return pauses by their targets."""
    return {pause.target: pause for pause in pauses}
