"""Facts about what was said, recorded where what it led to does not tell it.

A report may be withdrawn, and whatever was said after it may then amount to something else: the second to claim a factor
becomes its finder, and a number that was submitted while it was known as a part stays as one of its own. What was said is
therefore kept also where it changed nothing.
"""

from msgspec import Struct

from core.events.fact import Fact
from core.factoring.events.prior_work import DeclaredCurves


class FactorConfirmed(Fact, frozen=True):
    """A factor was claimed that took nothing apart any more, with the curve that is said to have found it.

    Attributes:
        number: of which it is a factor.
        attempt: the report.
        client: who reports it.
        value: the factor, in decimal.
        sigma: of the curve.
    """

    type = "factoring.factor_confirmed.v1"
    number: int
    attempt: int
    client: int
    value: str
    sigma: str


class WishNoted(Fact, frozen=True):
    """A request about a number, word for word, kept where its consequences depend on reports.

    Attributes:
        number: its id.
        client: who asks, 0 for an unnamed caller.
        wish: `submit`, `change`, `shelve`, `unshelve`, `describe` or `divide`.
        text: of a submission, as it was written; empty for the digits.
        target_milli: the t-level to reach; None says nothing.
        priority: None says nothing.
        project: to join; empty for none.
        t_milli: the t-level that was reached elsewhere, 0 for none.
        curves: that were run elsewhere.
        snfs_difficulty: 0 for no special form; None says nothing.
        left: what is left of it when its factors are divided out, in decimal; empty says nothing.
        factored: whether it is factored elsewhere.
        shelf: on which it is to be put.
        reason: in words.
    """

    type = "factoring.wish_noted.v1"
    number: int
    client: int
    wish: str
    text: str
    target_milli: int | None
    priority: int | None
    project: str
    t_milli: int
    curves: tuple[DeclaredCurves, ...]
    snfs_difficulty: int | None
    left: str
    factored: bool
    shelf: str
    reason: str


class Wish(Struct, frozen=True, kw_only=True):
    """The fields of `WishNoted` that tell what is asked for."""

    wish: str
    text: str = ""
    target_milli: int | None = None
    priority: int | None = None
    project: str = ""
    t_milli: int = 0
    curves: tuple[DeclaredCurves, ...] = ()
    snfs_difficulty: int | None = None
    left: str = ""
    factored: bool = False
    shelf: str = ""
    reason: str = ""

    def noted(self, number: int, client: int) -> WishNoted:
        """Return the fact that keeps it."""
        return WishNoted(number, client, *(getattr(self, name) for name in self.__struct_fields__))


FACTS = (FactorConfirmed, WishNoted)
