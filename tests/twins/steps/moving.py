"""What is taken over from the system replaced."""

from core.factoring.commands.imports import DivideOut, ImportComposite, ImportCurves, ImportFactor
from tests.twins.steps.step import ADMINISTRATOR, CEILING, Step
from tests.twins.steps.work import Report


class MoveIn(Step, frozen=True, kw_only=True):
    """Take over a number from the system replaced, or the small factors of one that was (`divide`)."""

    client: str = ADMINISTRATOR
    value: int
    divide: bool = False

    def command(self, here):
        if self.divide:
            return DivideOut(number=here.number(self.value))
        return ImportComposite(
            row=here.index, origin=f"{here.index:032x}", text=str(self.value), ceiling_digits=CEILING
        )


class MoveCurves(Report, frozen=True):
    """Take over curves."""

    def command(self, here):
        origin = f"{here.index:032x}"
        return ImportCurves(row=here.index, origin=origin, report=Report.command(self, here))


class MoveFactor(Step, frozen=True, kw_only=True):
    """Take over a factor of which no attempt tells."""

    client: str = ADMINISTRATOR
    value: int
    factor: int

    def command(self, here):
        return ImportFactor(row=here.index, value=str(self.value), factor=str(self.factor))

    def without(self, _gone, own):
        return self if own is None else None
