"""Standing of a machine: what it has earned by curves that can be checked, and what checks have said."""

from msgspec import Struct
from msgspec.structs import replace

PROBATION = 25
"""After a mismatch that was confirmed, so many earlier curves of the machine are checked, and its next ones."""
PROBATION_RATE = 10
"""Then a tenth of them, in percent, until as many match as are needed to be trusted again."""
FORGIVEN = 100
SOUND = 25
"""So many matches in a row say that what came before was sound."""
DOUBTFUL = 2
"""So many mismatches, none forgiven, make what the machine did doubtful."""


class Standing(Struct, frozen=True, gc=False):
    """A machine as it stands; a new one has nothing of all this.

    Attributes:
        credit: nominal CPU time of its curves that could be checked since it was new, or since its last mismatch; microseconds.
        known: whether a curve of its first report was drawn for certain.
        matches: since its last mismatch.
        mismatches: confirmed, and not forgiven.
        probation: how many of its next curves are checked for certain.
        sound: position of the newest report up to which matches say that what it did was sound; 0 for none.
    """

    credit: int = 0
    known: bool = False
    matches: int = 0
    mismatches: int = 0
    probation: int = 0
    sound: int = 0

    @property
    def watched(self) -> bool:
        """Whether a mismatch is not forgiven yet."""
        return self.mismatches > 0

    @property
    def doubtful(self) -> bool:
        """Whether what it did is doubtful."""
        return self.mismatches >= DOUBTFUL


def credited(standing: Standing, cost: int, checkable: int) -> Standing:
    """Return how a machine stands after a report of so many curves that can be checked, of a cost in microseconds each."""
    return replace(
        standing,
        credit=standing.credit + cost * checkable,
        known=standing.known or checkable > 0,
        probation=max(standing.probation - checkable, 0),
    )


def matched(standing: Standing, report: int) -> Standing:
    """Return how a machine stands after a curve of a report, given by its position, was right."""
    matches = standing.matches + 1
    return replace(
        standing,
        matches=matches,
        mismatches=0 if matches >= FORGIVEN else standing.mismatches,
        sound=max(standing.sound, report) if matches % SOUND == 0 else standing.sound,
    )


def mistaken(standing: Standing) -> Standing:
    """Return how a machine stands after it was found wrong, as who reported or as who checked."""
    return replace(standing, credit=0, matches=0, mismatches=standing.mismatches + 1, probation=PROBATION)
