"""Facts about moving in: which rows of the system replaced became what.

Each stands in one command with the ordinary facts that the row amounts to (a number, curves, a factor), whose
`occurred_at` is the time in the row.
"""

from core.events.fact import Fact


class CompositeImported(Fact, frozen=True):
    """A row of the table `composites` was taken over.

    Attributes:
        number: what it is here.
        row: the id that it had.
        origin: fingerprint of the row, by which it is known when it comes again.
    """

    type = "factoring.composite_imported.v1"
    number: int
    row: int
    origin: str


class AttemptImported(Fact, frozen=True):
    """A row of the table `ecm_attempts` was taken over.

    Attributes:
        attempt: what it is here.
        row: the id that it had, 0 for a further run of an attempt that was several.
        origin: as of `CompositeImported`.
        superseded_by: the row of the attempt that carried these curves further, 0 for none; then they add nothing.
    """

    type = "factoring.attempt_imported.v1"
    attempt: int
    row: int
    origin: str
    superseded_by: int


class FactorImported(Fact, frozen=True):
    """A row of the table `factors` was taken over.

    Attributes:
        factor: what it is here.
        row: the id that it had.
    """

    type = "factoring.factor_imported.v1"
    factor: int
    row: int


FACTS = (CompositeImported, AttemptImported, FactorImported)
