"""Numbers as they stand, and which of them a client is willing to work on."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.parametrisation import USUAL_PARAM
from core.factoring.mathematics.levels.beside import effort_beside

Strategy = Literal["yield", "ladder", "progressive"]
"""Which number is worked on first: `yield`, where curves promise the most finds for a CPU-second; `ladder`, what is nearest to
its target; `progressive`, what the least was spent on."""


Status = Literal["open", "finished", "prime", "split", "factored"]
"""`open`: below its target. `finished`: at its target, no factor known. `split`: composite parts are left.
`factored`: every part is prime."""


class Number(Struct, gc=False):
    """A number as it stands.

    Attributes:
        id: a number.
        value: in decimal.
        expression: as it was written, may be empty.
        digits: how many it has.
        primality: `composite`, `proven` or `probable`.
        status: see `Status`.
        target_milli: the t-level to reach, thousandths of a digit.
        priority: the higher, the earlier.
        t_milli: the t-level that `effort` amounts to.
        effort: of all curves that count for it, its own and those run on numbers that it divides.
        cpu_milliseconds: spent on it.
        leases: how many live leases there are on it.
        submitted: position of the event that brought it here.
        exclusive: how many of the leases allow nobody else a share of it.
        shelf: why it is not assigned: `inactive`, `complete` or `deleted` (not listed either); empty when it is.
        name: under which people know it; may be empty.
        charged_microseconds: what was spent on it, and what the work declared as done elsewhere takes nominally.
        promise: the most finds for a CPU-second that curves on it promise, in 2^-48; None when it has yet to be computed.
        minus_one_b1: the largest B1 to which P-1 was run on it, or on what it divides; 0 for none.
        plus_one_b1: the same of P+1.
        param: the parametrisation of the curves that are handed out on it; see `fastest_param`.
    """

    id: int = field(name="number")
    value: str
    expression: str
    digits: int
    primality: str
    status: Status
    target_milli: int
    priority: int
    t_milli: int
    effort: int
    cpu_milliseconds: int
    leases: int
    submitted: int
    exclusive: int = 0
    shelf: str = ""
    name: str = ""
    charged_microseconds: int = 0
    promise: int | None = None
    minus_one_b1: int = 0
    plus_one_b1: int = 0
    param: int = USUAL_PARAM

    @property
    def tried(self) -> int:
        """The effort of all that was run on it, P-1 and P+1 as well: what is still to be expected depends on that."""
        return self.effort + effort_beside(self.minus_one_b1, self.plus_one_b1)


class Declared(Struct, frozen=True, gc=False):
    """Work on a number that was done elsewhere.

    Attributes:
        t_milli: the t-level that was declared, 0 for none.
        level: the curves that it stands for.
        curves: those that were told one kind at a time.
    """

    t_milli: int
    level: Mapping[Bounds, int]
    curves: Mapping[Bounds, int]

    @property
    def told(self) -> bool:
        """Whether anything was declared."""
        return bool(self.t_milli or self.curves)


class Wanted(Struct, frozen=True, gc=False):
    """Which numbers a client is willing to work on.

    Attributes:
        below_milli: only numbers whose t-level is below this, in thousandths of a digit.
        project: the name of a project that they belong to; empty for any number.
        without_residues: only numbers on which no residues wait for their stage 2.
        unclaimed: only numbers that belong to no project.
        among: the ids of the only ones; none for any number.
    """

    min_digits: int = 0
    max_digits: int = 10**9
    min_priority: int = -(2**31)
    strategy: Strategy = "yield"
    min_target_milli: int = 0
    max_target_milli: int = 10**9
    below_milli: int = 10**9
    project: str = ""
    without_residues: bool = False
    unclaimed: bool = False
    among: tuple[int, ...] = ()
