"""From events to what was said: the command that somebody gave, with what it named then."""

from collections.abc import Sequence
from typing import TypeVar, cast

from msgspec.structs import replace

from core.events.fact import Fact
from core.factoring.commands.imports import DivideOut, ImportComposite
from core.factoring.commands.numbers import (
    ChangeComposite,
    DescribeNumber,
    Shelf,
    ShelveNumber,
    SubmitComposite,
    UnshelveNumber,
)
from core.factoring.commands.reports import Claim
from core.factoring.events.evidence import FactorConfirmed, Wish, WishNoted
from core.factoring.events.imports import CompositeImported
from core.factoring.events.numbers import (
    CompositeChanged,
    CompositeSubmitted,
    NumberNamed,
    NumberShelved,
    NumberUnshelved,
    ProjectJoined,
    SnfsFormNoted,
)
from core.factoring.events.prior_work import PriorWorkDeclared
from core.factoring.events.reports import AttemptMade, CurvesRun, FactorFound
from core.factoring.mathematics.levels.targets import usual_target_milli
from core.factoring.numbers.noting import prior_of

F = TypeVar("F", bound=Fact)

AnyWish = (
    SubmitComposite | ChangeComposite | ShelveNumber | UnshelveNumber | DescribeNumber | DivideOut | ImportComposite
)


def first(kind: type[F], facts: Sequence[Fact]) -> F | None:
    """Return the first fact of a kind."""
    return next((fact for fact in facts if isinstance(fact, kind)), None)


def claims_of(fact: CurvesRun | AttemptMade, facts: Sequence[Fact], without: frozenset[str]) -> tuple[Claim, ...]:
    """Return the claims of a report that were accepted, each with its curve.

    Args:
        fact: the report.
        facts: what it led to, itself among them.
        without: factors whose claim was withdrawn.
    """
    told = [one for one in facts if isinstance(one, FactorFound | FactorConfirmed) and one.number == fact.number]
    sigmas = {one.value: one.sigma for one in told}
    return tuple(Claim(value, sigmas.get(value, "")) for value in fact.factors if value not in without)


def wish_in(facts: Sequence[Fact], *, prior: bool) -> tuple[int, Wish] | None:
    """Return what was asked for a number, and its id; None when it is another kind of command.

    Where it was not kept word for word, it is read off what it led to.

    Args:
        facts: what it led to.
        prior: whether what was declared of work done elsewhere still counts.
    """
    kept = first(WishNoted, facts)
    if kept is None:
        return _read_off(facts, prior=prior)
    wish = Wish(**{name: getattr(kept, name) for name in Wish.__struct_fields__})
    return kept.number, wish if prior else replace(wish, t_milli=0, curves=())


def _read_off(facts: Sequence[Fact], *, prior: bool) -> tuple[int, Wish] | None:
    told = first(PriorWorkDeclared, facts)
    t_milli, curves = (told.t_milli, told.curves) if told and prior else (0, ())
    submitted = first(CompositeSubmitted, facts)
    if submitted is not None:
        target = submitted.target_milli
        return submitted.number, Wish(
            wish="submit",
            text=submitted.expression,
            target_milli=None if target == usual_target_milli(submitted.digits) else target,
            priority=submitted.priority or None,
            project=submitted.project,
            t_milli=t_milli,
            curves=curves,
        )
    changed, joined = first(CompositeChanged, facts), first(ProjectJoined, facts)
    known = changed or joined or told or first(NumberNamed, facts)
    if known is None:
        return _of_the_list(facts)
    return known.number, Wish(
        wish="submit",
        target_milli=changed.target_milli if changed else None,
        priority=changed.priority if changed else None,
        project=joined.project if joined else "",
        t_milli=t_milli,
        curves=curves,
    )


def _of_the_list(facts: Sequence[Fact]) -> tuple[int, Wish] | None:
    """Read off what was asked for by putting a number aside, taking it up again, or describing it."""
    noted, shelved, taken_up = first(SnfsFormNoted, facts), first(NumberShelved, facts), first(NumberUnshelved, facts)
    if noted is not None:
        return noted.number, Wish(wish="describe", snfs_difficulty=noted.difficulty or 0, factored=shelved is not None)
    if shelved is not None:
        return shelved.number, Wish(wish="shelve", shelf=shelved.shelf, reason=shelved.reason)
    if taken_up is not None:
        return taken_up.number, Wish(wish="unshelve")
    return None


def command_for(wish: Wish, number: int, value: str) -> AnyWish:
    """Return the command that asks for something, as it would be given to a number with this id now.

    A number that is submitted is named by its digits.
    """
    match wish.wish:
        case "submit":
            return SubmitComposite(
                text=value,
                ceiling_digits=len(value),
                target_milli=wish.target_milli,
                priority=wish.priority,
                project=wish.project,
                prior=prior_of(wish),
            )
        case "change":
            return ChangeComposite(number, wish.target_milli, wish.priority)
        case "shelve":
            return ShelveNumber(number, cast("Shelf", wish.shelf), wish.reason)
        case "unshelve":
            return UnshelveNumber(number)
        case "divide":
            return DivideOut(number)
        case _:
            return DescribeNumber(number, wish.snfs_difficulty, wish.left, wish.factored)


def row_taken_over(imported: CompositeImported, facts: Sequence[Fact], value: str) -> ImportComposite:
    """Return the command that took over a row of the system replaced."""
    submitted, form, shelved = (
        first(CompositeSubmitted, facts),
        first(SnfsFormNoted, facts),
        first(NumberShelved, facts),
    )
    kept = submitted or first(WishNoted, facts)
    return ImportComposite(
        row=imported.row,
        origin=imported.origin,
        text=value,
        ceiling_digits=len(value),
        target_milli=kept.target_milli if kept else None,
        priority=(kept.priority or 0) if kept else 0,
        snfs_difficulty=(form.difficulty or 0) if form else 0,
        shelf=cast("Shelf", shelved.shelf) if shelved else None,
    )
