"""How the demo looks: a bar for every number, and above them a line for every factor as it comes."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Column

from coordinator.cli.demo.story import Finding, Leaf
from core import wording
from core.bigint import abbreviate

_STEPS = 1_000
_BAR_WIDTH = 20
_LEVEL_WIDTH = len("t22.5 of 39.0")


class Screen:
    """The bars and the lines above them; without a terminal there are only the lines.

    Args:
        console: where to write.
        labels: what each number is called, by id.
    """

    def __init__(self, console: Console, labels: dict[int, str]) -> None:
        self._console = console
        self._labels = labels
        self._progress = Progress(
            TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True)),
            BarColumn(_BAR_WIDTH, complete_style="cyan", finished_style="green"),
            TextColumn("{task.fields[level]}", table_column=Column(no_wrap=True, min_width=_LEVEL_WIDTH)),
            TextColumn("{task.fields[product]}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
            console=console,
            expand=True,
            disable=not console.is_terminal,
        )
        self._bars: dict[int, TaskID] = {
            number: self._progress.add_task(label, total=_STEPS, level="", product="")
            for number, label in labels.items()
        }

    def __enter__(self) -> Self:
        """Draw the bars."""
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave them as they are."""
        self._progress.stop()

    def found(self, finding: Finding) -> None:
        """Tell of a factor."""
        self._console.print(
            f"[bold green]{finding.factor}[/] ({finding.digits} digits) divides {self._labels[finding.number]}:"
            f" found by {finding.how}",
            highlight=False,
            soft_wrap=True,
        )

    def at(self, number: int, share: float, leaves: list[Leaf], level: str) -> None:
        """Show how far a number is.

        Args:
            number: its id.
            share: of its way, 0 to 1.
            leaves: what it is known to be the product of.
            level: its t-level in words, while there is something left to do.
        """
        sizes = " · ".join(map(size, leaves))
        self._progress.update(self._bars[number], completed=share * _STEPS, level=level, product=sizes)


def size(leaf: Leaf) -> str:
    """A factor by its size, as the trade writes it: p22 is a prime of 22 digits, c41 a composite of 41."""
    power = f"^{leaf.times}" if leaf.times > 1 else ""
    return f"{wording.size(len(leaf.value), prime=leaf.prime)}{power}"


def product(leaves: list[Leaf]) -> str:
    """A factorisation: 2^2 · 7 · 5365…3063 (28 digits)."""
    return " · ".join(abbreviate(leaf.value) + (f"^{leaf.times}" if leaf.times > 1 else "") for leaf in leaves)
