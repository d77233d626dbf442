"""The state that decisions about factoring need."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from core.factoring.events.evidence import WishNoted
from core.factoring.mathematics.curves.bounds import Bounds
from core.factoring.notation.forms import Form, LucasSequence
from core.factoring.state.assignment import Assignment, Given, Share
from core.factoring.state.numbers import Declared, Number, Wanted
from core.factoring.state.residues import ResidueFiles
from core.leases.decide import Lease
from core.steering.pausing import Pause

T = TypeVar("T")


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

    def plans_with_residues(self, wanted: Wanted, plan: Callable[[Number], T | None]) -> Iterator[T]:
        """Return what can be planned on the numbers below their targets that nobody holds, and whose residues wait for stage 2.

        The first come first. Whether anything can be planned on a number must depend on nothing but the state: it is not
        asked again before that has changed.
        """
        ...

    def given_by_promise(self) -> Given:
        """Return how much was handed out by its promise so far."""
        ...

    def plans_on_held(self, wanted: Wanted, plan: Callable[[Number], T | None]) -> Iterator[T]:
        """Return what can be planned on the numbers below their targets that somebody holds, as `plans_with_residues` does."""
        ...

    def speed_milli(self, client: int) -> int | None:
        """Return what a client's curves took against the nominal cost, times 1000; None when not measured."""
        ...
