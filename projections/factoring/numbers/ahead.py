"""The first free numbers for one kind of wish: looked up once, and kept as they are while numbers change."""

from bisect import insort
from collections.abc import Callable, Collection

from msgspec import Struct

from core.factoring.mathematics.prospects import choice
from core.factoring.state.numbers import Number, Wanted

Rank = tuple[int, int, int]
"""What numbers are ordered by: the priority, negative; what is least by the strategy of the wish; the id."""
_LEAST, _MOST = 4, 64
"""So many are looked up at first, each time that none is left twice as many, and so many at most."""
_BEFORE_ALL: Rank = (-(2**63), 0, 0)


class Ahead(Struct):
    """The first free numbers for a wish.

    Attributes:
        ranks: of those, the first first.
        end: the rank up to which there are no others; None when there are none at all.
        many: how many are looked up when none is left.
        followed: how many changes since numbers were last written are in it.
    """

    ranks: list[Rank] = []
    end: Rank | None = _BEFORE_ALL
    many: int = _LEAST
    followed: int = 0

    @property
    def is_over(self) -> bool:
        """Whether none is left, and there may be others."""
        return not self.ranks and self.end is not None

    def refill(self, found: list[Rank]) -> None:
        """Go on with the `many` first ones that there are, or all when there are fewer."""
        self.ranks = found
        self.end = found[-1] if len(found) == self.many else None
        self.many = min(2 * self.many, _MOST)

    def follow(self, changed: Collection[Number], wanted: Wanted, is_withheld: Callable[[int], bool]) -> None:
        """See where numbers stand that have changed, and which of them are free."""
        if not changed:
            return
        gone = {number.id for number in changed}
        self.ranks = [rank for rank in self.ranks if rank[-1] not in gone]
        for number in changed:
            if not number.leases and is_wanted(number, wanted):
                rank = rank_of(number, wanted)
                if (self.end is None or rank <= self.end) and not is_withheld(number.id):
                    insort(self.ranks, rank)
        if len(self.ranks) > 2 * _MOST:
            del self.ranks[_MOST:]
            self.end = self.ranks[-1]


def promise_of(number: Number) -> int:
    """Return what curves on a number promise, computed anew when its effort has changed."""
    if number.promise is None:
        composite = number.primality == "composite"
        number.promise = choice.best(number.tried, number.digits, number.param).promise if composite else 0
    return number.promise


def is_wanted(number: Number, wanted: Wanted) -> bool:
    """Tell whether a number is among those that `ordering.select` finds, whoever holds it, unless it is withheld."""
    return (
        number.status == "open"
        and not number.shelf
        and number.priority >= wanted.min_priority
        and wanted.min_digits <= number.digits <= wanted.max_digits
        and wanted.min_target_milli <= number.target_milli <= wanted.max_target_milli
        and number.t_milli < wanted.below_milli
    )


def rank_of(number: Number, wanted: Wanted) -> Rank:
    """Return what orders numbers as `ordering.select` does."""
    match wanted.strategy:
        case "yield":
            least = -promise_of(number)
        case "ladder":
            least = number.target_milli - number.t_milli
        case "progressive":
            least = number.charged_microseconds
    return -number.priority, least, number.id
