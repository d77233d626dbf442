"""The state that decisions about factoring need."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, Protocol

from msgspec import Struct, field

from core.factoring.assignment.fairness import Given, Share
from core.factoring.evidence import WishNoted
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.mathematics.curves.parametrisation import USUAL_PARAM
from core.factoring.mathematics.levels.beside import effort_beside
from core.factoring.notation.forms import Form, LucasSequence
from core.factoring.residues.state import ResidueFiles
from core.leases.decide import Lease
from core.steering.pausing import Pause

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


class Assignment(Struct, gc=False):
    """A piece of work that was handed out.

    Attributes:
        work: a UUID.
        id: its number.
        number: what to work on.
        client: who holds or held it.
        bounds: what curves to run.
        curves: how many.
        completed: how many were reported under it.
        cores: that the client has, 0 when it did not say.
        assigned_at: microseconds UTC.
        position: of the event that assigned it.
        method: `ecm`, `pm1`, `pp1` or `p1`.
        exclusive: whether nobody else is given a share of the number meanwhile.
        claimed_at: when its holder said that it has it; None when it never did.
        started_at: when its holder said that it has begun.
        progressed: how many curves its holder said it has run.
    """

    work: str
    id: int = field(name="assignment")
    number: int
    client: int
    bounds: Bounds
    curves: int
    completed: int
    cores: int
    assigned_at: int
    position: int
    method: str
    exclusive: bool
    claimed_at: int | None
    started_at: int | None
    progressed: int = 0

    @property
    def done(self) -> int:
        """How many curves are run, as far as anybody said."""
        return max(self.completed, self.progressed)

    @property
    def left(self) -> int:
        """How many curves have yet to be reported."""
        return max(self.curves - self.completed, 0)


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


class FactoringState(Protocol):
    """Implemented by `projections.factoring.state`."""

    @property
    def residues(self) -> ResidueFiles:
        """The residue files."""
        ...

    def number(self, number: int) -> Number | None:
        """Return a number by its id."""
        ...

    def number_of_value(self, value: str) -> Number | None:
        """Return a number by its value in decimal."""
        ...

    def next_number(self) -> int:
        """Return the id that the next number gets."""
        ...

    def next_attempt(self) -> int:
        """Return the id that the next attempt gets."""
        ...

    def next_factor(self) -> int:
        """Return the id that the next factor gets."""
        ...

    def next_assignment(self) -> int:
        """Return the number that the next assignment gets."""
        ...

    def leaves(self, number: int) -> list[Number]:
        """Return what is left of a number: itself, or its parts that are not split, primes included, by id."""
        ...

    def parts_of(self, number: int) -> list[Number]:
        """Return the parts of a number, however far, by id."""
        ...

    def has_relatives(self, number: int) -> bool:
        """Tell whether a number has parts, or is one."""
        ...

    def last_wish(self, number: int, wish: str, left: str) -> WishNoted | None:
        """Return what was kept last of one kind of what was asked for a number, with the same said to be left of it."""
        ...

    def is_part(self, part: int, whole: int) -> bool:
        """Tell whether a number is a part of another, however far."""
        ...

    def parts_only_of(self, number: int) -> list[Number]:
        """Return the parts of a number, however far, that are parts of nothing else, by id."""
        ...

    def project(self, name: str) -> int | None:
        """Return the id of a project, None when there is none of this name."""
        ...

    def project_name(self, project: int) -> str | None:
        """Return the name of a project, None when there is none of this id."""
        ...

    def project_pause(self, project: int) -> Pause | None:
        """Return the pause of a project, by its id; None when it is not paused."""
        ...

    def paused_projects(self) -> Sequence[str]:
        """Return the names of the projects that are paused."""
        ...

    def share_of(self, project: str) -> Share:
        """Return the share of a project as it was said, without what it was given."""
        ...

    def shares(self, now: int) -> Sequence[Share]:
        """Return the shares of all projects, and of what belongs to none; nothing while nobody has said anything of any."""
        ...

    def deadline_of(self, number: int) -> int | None:
        """Return until when a number shall be done, as it was said of it itself; None for no such time."""
        ...

    def due(self, after: int, upto: int) -> Sequence[tuple[int, int]]:
        """Return the deadlines of numbers between two times, each with the number."""
        ...

    def rests(self, number: int) -> bool:
        """Tell whether a number belongs to a project that is paused."""
        ...

    def next_project(self) -> int:
        """Return the id that the next project gets."""
        ...

    def snfs_difficulty(self, number: int) -> int | None:
        """Return the difficulty of a number for the special number field sieve, in digits; None without such a form."""
        ...

    def forms(self, number: int) -> list[Form]:
        """Return the algebraic forms of a number and of those that it is a part of."""
        ...

    def numbers_of(self, sequence: LucasSequence) -> Mapping[int, Sequence[int]]:
        """Return the numbers that divide terms of a sequence, by their indices."""
        ...

    def imported(self, origin: str) -> int | None:
        """Return what a row of the system replaced became here, by its fingerprint; None when it was never taken."""
        ...

    def held_by(self, client: int) -> int:
        """Return how many assignments a client holds."""
        ...

    def live_on(self, number: int) -> list[Lease]:
        """Return the live leases on a number, oldest first."""
        ...

    def in_project(self, number: int, project: str) -> bool:
        """Tell whether a number belongs to a project."""
        ...

    def worth(self, bounds: Bounds) -> int | None:
        """Return the recorded effort of one curve, None when these bounds were never seen."""
        ...

    def known_curves(self, number: int, param: int, sigmas: Sequence[str]) -> dict[str, Bounds]:
        """Return the curves already credited to a number, with the largest bounds they were run to."""
        ...

    def known_of_what_is_left(self, number: int, param: int, sigmas: Sequence[str]) -> dict[str, Bounds]:
        """Return the curves already credited to every composite that is left of a number, with the bounds that all of them had."""
        ...

    def declared(self, number: int) -> Declared:
        """Return what was declared of work that was done elsewhere on a number."""
        ...

    def assignment(self, work: str) -> Assignment | None:
        """Return an assignment, live or ended."""
        ...

    def lease(self, lease: str) -> Lease | None:
        """Return a lease, live or ended."""
        ...

    def planned(self, number: int) -> int:
        """Return the effort of what is handed out on a number and has not come back."""
        ...

    def free_number(self, wanted: Wanted) -> Number | None:
        """Return the first number below its target that nobody holds."""
        ...

    def leftover(self, wanted: Wanted) -> Number | None:
        """Return the first number at its target that nobody holds, the shortest first."""
        ...

    def numbers_with_residues(self, wanted: Wanted) -> Iterator[Number]:
        """Return the numbers below their targets that nobody holds, and whose residues wait for stage 2, the first first."""
        ...

    def given_by_promise(self) -> Given:
        """Return how much was handed out by its promise so far."""
        ...

    def held_numbers(self, wanted: Wanted) -> Iterator[Number]:
        """Return the numbers below their targets that somebody holds, the first first."""
        ...

    def speed_milli(self, client: int) -> int | None:
        """Return what a client's curves took against the nominal cost, times 1000; None when not measured."""
        ...
