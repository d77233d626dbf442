"""Commands of moving in from the system replaced; each command is one row of its tables."""

from core.deciding import Command
from core.factoring.answers.shapes import CompositeAnswer, CurvesAnswer, RowKnown
from core.factoring.commands.numbers import Shelf
from core.factoring.commands.reports import ReportAttempt, ReportCurves


class ImportComposite(Command[CompositeAnswer], frozen=True, tag="composite"):
    """Take over a number.

    Attributes:
        row: the id that it had; it keeps it where that was never given out here.
        origin: fingerprint of the row, by which it is known when it comes again.
        text: digits or an expression.
        ceiling_digits: the most digits that are accepted.
        target_milli: the t-level to reach, None for the usual one.
        priority: the higher, the earlier.
        snfs_difficulty: in digits, 0 for no special form.
        shelf: why it is not assigned; None when it is.
    """

    context = "factoring"
    row: int
    origin: str
    text: str
    ceiling_digits: int = 0
    target_milli: int | None = None
    priority: int = 0
    snfs_difficulty: int = 0
    shelf: Shelf | None = None


class ImportCurves(Command[CurvesAnswer | RowKnown], frozen=True, tag="curves"):
    """Take over an attempt by ECM.

    Attributes:
        row: the id that it had, 0 for a further run of an attempt that was several; it keeps it where that was never given out here.
        origin: fingerprint of the row.
        report: the same as if it were reported now.
        factor_rows: the ids that its factors had, by offset in the report's claims; 0 for none.
        superseded_by: the row of the attempt that carried these curves further, 0 for none; then they add nothing.
    """

    context = "factoring"
    row: int
    origin: str
    report: ReportCurves
    factor_rows: tuple[int, ...] = ()
    superseded_by: int = 0


class ImportAttempt(Command[CurvesAnswer | RowKnown], frozen=True, tag="attempt"):
    """Take over an attempt by other means; see `ImportCurves`."""

    context = "factoring"
    row: int
    origin: str
    report: ReportAttempt
    factor_rows: tuple[int, ...] = ()


class ImportFactor(Command[CompositeAnswer | CurvesAnswer | RowKnown], frozen=True, tag="factor"):
    """Take over a factor of which no attempt tells.

    Attributes:
        row: the id that it had.
        value: the number on which it was found, in decimal.
        factor: in decimal.
    """

    context = "factoring"
    row: int
    value: str
    factor: str


class DivideOut(Command[CompositeAnswer | CurvesAnswer], frozen=True, tag="divide"):
    """Take the small factors out of a number that was taken over as it was."""

    context = "factoring"
    number: int
