"""Decisions about what is wanted of a number that is on record, and about what is known of it from elsewhere."""

import gmpy2
from gmpy2 import mpz

from core.bigint import abbreviate, digit_count, parse_natural
from core.deciding import Asking, Decision
from core.events.envelope import NewEvent
from core.factoring.answers.rendering import composite_answer
from core.factoring.commands.numbers import ChangeComposite, DescribeNumber
from core.factoring.commands.reports import Claim
from core.factoring.events.evidence import Wish
from core.factoring.events.numbers import SnfsFormNoted, stream_of
from core.factoring.events.reports import AttemptMade
from core.factoring.factors.finding import accepted, check_claims, dissect, found_events, refused
from core.factoring.numbers.noting import noted
from core.factoring.numbers.shelving import listed, shelved_events
from core.factoring.numbers.submitting import check_wanted
from core.factoring.numbers.wanting import changed_events
from core.factoring.state.factoring import FactoringState
from core.factoring.state.numbers import Number
from core.refusals import BadInput

_LARGEST_DIFFICULTY = 100_000


def change(command: ChangeComposite, asking: Asking, state: FactoringState) -> Decision:
    """Change what is wanted of a number."""
    number = listed(command.number, state)
    check_wanted(command.target_milli, command.priority)
    wish = Wish(wish="change", target_milli=command.target_milli, priority=command.priority)
    events = changed_events(number, command.target_milli, command.priority, state)
    events += noted(wish, number, asking, state, events)
    return events or composite_answer(number, "existing")


def describe(command: DescribeNumber, asking: Asking, state: FactoringState) -> Decision:
    """Record what is known of a number from elsewhere; what is known here already adds nothing."""
    number = listed(command.number, state)
    form = _snfs_form(command, number, state)
    factors = _left(command.left, number, asking, state, offset=len(form)) if command.left else []
    done: list[NewEvent] = []
    if command.factored and not factors and number.status in {"open", "finished"}:
        done = shelved_events(number, "complete", "It is factored elsewhere.", state)
    wish = Wish(wish="describe", snfs_difficulty=command.snfs_difficulty, left=command.left, factored=command.factored)
    events = [*form, *factors, *done]
    events += noted(wish, number, asking, state, events)
    return events or composite_answer(number, "existing")


def _snfs_form(command: DescribeNumber, number: Number, state: FactoringState) -> list[NewEvent]:
    if command.snfs_difficulty is None:
        return []
    check_difficulty(command.snfs_difficulty)
    difficulty = command.snfs_difficulty or None
    if difficulty == state.snfs_difficulty(number.id):
        return []
    noted = SnfsFormNoted(number=number.id, difficulty=difficulty)
    return [NewEvent(stream_of(number.id), noted, cause=number.submitted)]


def check_difficulty(digits: int | None) -> None:
    """Refuse what no special form can be; None says nothing.

    Raises:
        BadInput: it is out of bounds.
    """
    if digits is not None and not 0 <= digits <= _LARGEST_DIFFICULTY:
        raise BadInput(
            f"snfs_difficulty {digits} is out of bounds; digits from 0 to {_LARGEST_DIFFICULTY} are accepted."
        )


def _left(left: str, number: Number, asking: Asking, state: FactoringState, offset: int) -> list[NewEvent]:
    """Take a number apart by what is said to be left of it."""
    whole = mpz(number.value)
    rest = parse_natural(left, digit_count(whole), "current_composite")
    if rest in {1, whole}:
        return []
    if rest == 0 or not gmpy2.is_divisible(whole, rest):
        raise BadInput(f"current_composite {abbreviate(left)} does not divide {abbreviate(number.value)}.")
    return declared((Claim((whole // rest).digits()),), number, asking, state, offset=offset)


def declared(
    claims: tuple[Claim, ...], number: Number, asking: Asking, state: FactoringState, offset: int = 0
) -> list[NewEvent]:
    """Record factors that nobody was seen to find; those that are known add nothing.

    Args:
        claims: the factors.
        number: of which they are factors.
        asking: who says so.
        state: of factoring.
        offset: of the first of these events in the decision.

    Raises:
        BadInput: none of them is a factor.
    """
    check_claims(claims)
    dissected = dissect(claims, number, asking, state)
    if not accepted(dissected):
        raise BadInput(" ".join(refused(dissected)))
    if not dissected.splits:
        return []
    made = AttemptMade(
        attempt=state.next_attempt(),
        number=number.id,
        client=asking.client,
        method="declared",
        b1=0,
        b2=0,
        runs=0,
        factors=accepted(dissected),
        refused=refused(dissected),
        cpu_milliseconds=0,
        program="",
        output="",
    )
    return [
        NewEvent(stream_of(number.id), made, cause=number.submitted),
        *found_events(claims, dissected, number, state, attempt=made.attempt, client=made.client, within=offset),
    ]
