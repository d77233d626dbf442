"""The state that decisions about checks need."""

from collections.abc import Sequence
from typing import Literal, Protocol

from msgspec import Struct

from core.leases.decide import Leases
from core.trust.budget import Spent
from core.trust.standing import Standing

Status = Literal["open", "held", "matched", "failed"]
Doubt = Literal["", "doubted", "heeded", "withdrawn", "trusted"]


class Chain(Struct, frozen=True, gc=False):
    """The hash chain that is drawn with; `opened` is the newest day whose secret everybody may know, 0 for none."""

    chain: int
    anchor: str
    first_day: int
    length: int
    opened: int


class Said(Struct, frozen=True, gc=False):
    """An answer to a check: who says that this is the checksum, and whether that decides where no two agree."""

    client: int
    users: tuple[str, ...]
    checksum: int
    decides: bool = False


class Check(Struct, frozen=True, gc=False):
    """A check as it stands.

    Attributes:
        check: its number.
        report: position of the report of the curve.
        offset: of its sigma there.
        why: it is checked.
        client: who ran the curve.
        users: whose that machine was.
        number: on which it was run.
        value: the number as it was, in decimal.
        b1: bound of stage 1.
        param: parametrisation.
        sigma: in decimal.
        checksum: as it was reported.
        cost: nominal, of its stage 1, microseconds.
        status: `open`, `held`, `matched` or `failed`.
        work: the lease that holds it, else empty.
        position: of the event that drew it.
        drawn_at: microseconds UTC.
        answers: the checksums that others have found.
    """

    check: int
    report: int
    offset: int
    why: str
    client: int
    users: tuple[str, ...]
    number: int
    value: str
    b1: int
    param: int
    sigma: str
    checksum: int
    cost: int
    status: Status
    work: str
    position: int
    drawn_at: int
    answers: tuple[Said, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether two others have answered, and each of the three said something else: only the operator's machine decides."""
        return len(self.answers) > 1

    def open_to(self, client: int, users: Sequence[str], *, decides: bool) -> bool:
        """Tell whether a machine may answer it: one of somebody who has said nothing of it yet; in the end the operator's."""
        if self._involves(client, ()):
            return False
        if self.answers and decides:
            return True
        return not self.disputed and not self._involves(client, users)

    def _involves(self, client: int, users: Sequence[str]) -> bool:
        return client in {self.client, *(said.client for said in self.answers)} or not set(users).isdisjoint(
            {*self.users, *(user for said in self.answers for user in said.users)}
        )


class TrustState(Leases, Protocol):
    """Implemented by `projections.trust.state`."""

    def chain(self) -> Chain | None:
        """Return the chain that is drawn with, None when there was never one."""
        ...

    def weighed_upto(self) -> int:
        """Return the position up to which it was drawn among what was reported."""
        ...

    def spent(self) -> Spent:
        """Return what was computed and checked within the days that the budget looks at."""
        ...

    def standing(self, client: int) -> Standing:
        """Return how a machine stands."""
        ...

    def asked_upto(self) -> int:
        """Return the position up to which curves were asked about finds."""
        ...

    def check(self, check: int) -> Check | None:
        """Return a check."""
        ...

    def check_held(self, work: str) -> Check | None:
        """Return the check that a lease holds."""
        ...

    def waiting(self) -> Sequence[Check]:
        """Return the checks that nobody holds: those that somebody has answered otherwise first, then the oldest."""
        ...

    def next_check(self) -> int:
        """Return the number that the next check gets."""
        ...

    def checked_offsets(self, report: int) -> frozenset[int]:
        """Return which curves of a report were drawn."""
        ...

    def reports_since(self, client: int, position: int) -> Sequence[int]:
        """Return the reports of a machine behind a position that nobody doubts yet, by their positions."""
        ...

    def doubts(self, client: int, doubt: Doubt) -> Sequence[int]:
        """Return the reports of a machine of which a doubt stands so, by their positions."""
        ...
