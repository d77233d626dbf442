"""`tlevel` and `curves`: what ECM work is worth, and what it takes."""

import rich_click as click

from coordinator.cli.options import WholeNumber, json_option
from coordinator.cli.terminal.printing import print_json
from coordinator.cli.terminal.saying import say
from core.factoring.mathematics.levels.effort import t_level_milli
from core.factoring.mathematics.probability.success import expected_curves_table
from core.factoring.notation import worklist


@click.command()
@click.argument("work")
@json_option
def tlevel(work: str, *, in_json: bool) -> None:
    """Print the t-level of a list of ECM work.

    WORK is curves@B1[,B2][,p=param], several separated by semicolons: "261@50e3;513@25e4,p=3". B2 is GMP-ECM's
    default when it is not given, 0 is stage 1 only; param is 1 when it is not given.
    """
    level = t_level_milli(worklist.effort_of(worklist.parse(work))) / 1000
    if in_json:
        print_json({"t_level": level})
    else:
        say(f"t{level:.3f}")


@click.command()
@click.argument("b1", type=WholeNumber())
@click.option("--b2", type=WholeNumber(), help="End of stage 2; GMP-ECM's default when it is not given, 0 for none.")
@click.option("--param", type=int, default=worklist.DEFAULT_PARAM, show_default=True, help="Parametrisation, 0 to 3.")
@json_option
def curves(b1: int, b2: int | None, param: int, *, in_json: bool) -> None:
    """Print how many curves it takes on average to find a factor of 35, 40, ... 80 digits.

    These are the figures of `ecm -v`.
    """
    table = expected_curves_table(b1, b2, param)
    if in_json:
        print_json({"curves": {str(digits): _number(printed) for digits, printed in table.items()}})
        return
    width = max(len(printed) for printed in table.values())
    for digits, printed in table.items():
        say(f"{digits} digits  {printed:>{width}} curves")


def _number(printed: str) -> int | float | str:
    """A count as JSON carries it: a whole number when it is printed whole, `"Inf"` as text."""
    if printed.isdigit():
        return int(printed)
    return printed if printed == "Inf" else float(printed)
