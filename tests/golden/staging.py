"""What scenes have in common: how they are found, and what they are given to play with.

A scene may be played in any log, also in one where it was played before: it begins with numbers, machines or jobs of its
own. What is random elsewhere follows from where the log ends.
"""

import uuid
from collections.abc import Callable

import gmpy2

from core.deciding import ClientClaim
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.commands.residues import Reported, reported_at
from core.factoring.mathematics.curves.bounds import bounds_of
from tests.office import Office

Scene = Callable[[Office], None]
B1 = 2_000
STAGE_1, FULL = bounds_of(B1, 0, 1), bounds_of(B1, None, 1)

SCENES: dict[str, Scene] = {}
"""By type of event; the opening of the log comes of itself."""


def leads_to(*types: str) -> Callable[[Scene], Scene]:
    """Say to which types of event a scene leads."""

    def remember(scene: Scene) -> Scene:
        SCENES.update(dict.fromkeys(types, scene))
        return scene

    return remember


def fresh(office: Office) -> int:
    """Return a number that no earlier scene had."""
    return office.log.head().position + 1


def name(office: Office) -> str:
    """Return a UUID that no earlier scene had."""
    return str(uuid.UUID(int=fresh(office)))


def factors(office: Office) -> tuple[int, int]:
    """Return two primes whose product is in no list yet."""
    return int(gmpy2.next_prime(10**11 + 10**6 * fresh(office))), 10**19 + 51


def claim(office: Office, text: str) -> ClientClaim:
    """Return a name that no earlier scene gave, as if it were sealed."""
    return ClientClaim(f"{text} {fresh(office)}", f"seal of {text} {fresh(office)}", f"{text} {fresh(office)}")


def submitted(office: Office, **fields: object) -> tuple[int, int, int]:
    """Submit a number more urgent than all before; return its id and its two factors."""
    small, large = factors(office)
    fields = {"priority": fresh(office), "target_milli": 30_000, **fields}
    answer = office.perform(SubmitComposite(text=str(small * large), ceiling_digits=1_000, **fields))
    return answer.number, small, large


def report(value: int, curves: int = 10, **fields: object) -> ReportCurves:
    """Return the report of curves on a number."""
    return ReportCurves(**{"work": "", "value": str(value), "bounds": FULL, "curves": curves, **fields})


def reported(office: Office, attempt: int) -> Reported:
    """Return a report as the log has it."""
    for row in office.log.read(0, office.log.head().position):
        event = office.committer.registry.event(row)
        if getattr(event.fact, "attempt", None) == attempt and row.type.startswith("factoring.curves_run."):
            return reported_at(event.position, event.fact)
    raise LookupError(attempt)
