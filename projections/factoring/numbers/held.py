"""The numbers that somebody holds, in the order of one kind of wish: read once, and kept up as numbers change."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from core.factoring.state.numbers import Number, Wanted
from projections.factoring.numbers.ahead import Rank, is_wanted, rank_of


class Held(Struct):
    """The numbers that may be shared by a wish, but for those known to need nothing more.

    Attributes:
        ranks: of the numbers, the first first.
        known: the same by number.
        followed: how many changes since numbers were last written are in it.
    """

    ranks: list[Rank]
    known: dict[int, Rank]
    followed: int = 0

    def each(self) -> Iterator[int]:
        """Return the numbers, the first first; the one that was returned last may be dropped meanwhile."""
        place = 0
        while place < len(self.ranks):
            rank = self.ranks[place]
            yield rank[-1]
            place += self.ranks[place : place + 1] == [rank]

    def drop(self, number: int) -> None:
        """Leave a number out until it changes."""
        rank = self.known.pop(number, None)
        if rank is not None:
            del self.ranks[bisect_left(self.ranks, rank)]

    def follow(self, changed: Iterable[Number], wanted: Wanted, is_withheld: Callable[[int], bool]) -> None:
        """See where numbers stand that have changed, and which of them may be shared."""
        for number in changed:
            self.drop(number.id)
            if number.leases and not number.exclusive and is_wanted(number, wanted) and not is_withheld(number.id):
                self.known[number.id] = rank = rank_of(number, wanted)
                insort(self.ranks, rank)


def held_of(ranks: Iterable[Rank]) -> Held:
    """Return numbers by their ranks, in order."""
    ordered = list(ranks)
    return Held(ordered, {rank[-1]: rank for rank in ordered})
