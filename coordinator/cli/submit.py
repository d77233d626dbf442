"""`submit`: hand in numbers to be factored."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import rich_click as click

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.bar import progress_bar
from coordinator.cli.terminal.printing import print_json, shown, state_of
from coordinator.cli.terminal.saying import say
from coordinator.intake.texts import opened
from coordinator.processes.progress import Progress, Report, unreported
from core.factoring.notation.numberlist import entries
from core.wording import LONGEST_PATH, plural, shortened, whole

_AT_ONCE = 500
_NAME_OF_A_FILE = re.compile(r"\.[A-Za-z]+$")
"""No number is written so."""
_COUNTED = ("input_count", "new_composites", "existing_composites", "updated_composites", "invalid_numbers")


@click.command()
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER|FILE...")
@coordinator_option
@click.option(
    "--target-t-level", type=float, help="How thoroughly to search, in digits; else the coordinator's choice."
)
@click.option("--priority", type=int, help="The higher, the earlier.")
@click.option("--prior-t-level", type=float, help="The t-level that the numbers have reached elsewhere, in digits.")
@click.option("--work", help="Curves that were run on them elsewhere, as tallystick tlevel reads them: 513@25e4.")
@click.option("--project", help="What the numbers belong to.")
@json_option
def submit(
    numbers: tuple[str, ...],
    coordinator: str,
    target_t_level: float | None,
    priority: int | None,
    prior_t_level: float | None,
    work: str | None,
    project: str | None,
    *,
    in_json: bool,
) -> None:
    """Hand in numbers to be factored.

    A NUMBER is digits or an expression such as 2^257-1, (10^61-1)/9, 40!-1 or 139#+1. A FILE has one a line; a # at
    the beginning of a line or behind a blank begins a comment. - is standard input. A number that is known already
    is not recorded twice.
    """
    wishes = {
        "target_t_level": target_t_level,
        "priority": priority,
        "project": project,
        "prior_t_level": prior_t_level,
        "work": work,
    }
    wished = {name: value for name, value in wishes.items() if value is not None}
    items = [{"number": number, **wished} for number in _read(numbers)]
    answer: dict[str, Any] = {}
    try:
        with Coordinator(coordinator) as there, progress_bar("numbers") as report:
            for so_far in handed_in(there, items, report):
                answer = so_far
    except (Failure, KeyboardInterrupt):
        if answer.get("input_count"):
            _show(answer, in_json=in_json)
            say(_how_far(answer["input_count"], len(items)), err=True)
        raise
    _show(answer, in_json=in_json)
    if answer["errors"]:
        refused = len(answer["errors"])
        were = "was" if refused == 1 else "were"
        raise Failure(Exit.UNSOUND, f"{refused} of {plural(answer['input_count'], 'number')} {were} refused.")


def _show(answer: Mapping[str, Any], *, in_json: bool) -> None:
    if in_json:
        print_json(answer)
        return
    for composite in answer["composites"]:
        read_as = f" = {composite['read_as']}" if composite.get("read_as") else ""
        say(f"{composite['id']:>6}  {state_of(composite):<9} {shown(composite['number'])}{read_as}")
    for error in answer["errors"]:
        say(f"{shown(error['number']) or repr('')}: {error['error']}", err=True)
    if message := answer.get("message"):
        say(message, err=True)


def _how_far(taken: int, wanted: int) -> str:
    """Say how many numbers were taken before something came between; of the piece that was under way nobody knows."""
    perhaps = min(_AT_ONCE, wanted - taken)
    return (
        f"Of {plural(wanted, 'number')} the first {whole(taken)} were taken by then, and the next {whole(perhaps)} may have"
        " been; the same command again takes the rest, and records none twice."
    )


def hand_in(there: Coordinator, items: Sequence[dict[str, Any]], report: Report = unreported) -> dict[str, Any]:
    """Submit any number of items, as `handed_in` does; return the answers as one."""
    *_, answer = handed_in(there, items, report)
    return answer


def handed_in(
    there: Coordinator, items: Sequence[dict[str, Any]], report: Report = unreported
) -> Iterator[dict[str, Any]]:
    """Submit any number of items, piece by piece; yields the answers to the pieces so far as one, at first to none.

    Args:
        there: who takes them.
        items: as `POST /api/v1/composites/bulk` takes them.
        report: told how far it has come.
    """
    total: dict[str, Any] = {**dict.fromkeys(_COUNTED, 0), "composites": [], "errors": []}
    yield total
    for start in range(0, len(items), _AT_ONCE):
        answer = there.post("/api/v1/composites/bulk", items[start : start + _AT_ONCE])
        for count in _COUNTED:
            total[count] += answer[count]
        total["composites"] += answer["composites"]
        if "message" in answer:
            total["message"] = answer["message"]
        total["errors"] += [{**error, "index": start + error["index"]} for error in answer["errors"]]
        report(Progress("submit", min(start + _AT_ONCE, len(items)), len(items)))
        yield total


def _read(arguments: Iterable[str]) -> Iterator[str]:
    """The numbers that the arguments give: themselves, or line by line what stands in the files that they name."""
    for argument in arguments:
        if argument == "-":
            yield from _listed(sys.stdin, "standard input")
        elif _is_file(argument):
            with opened(Path(argument), errors="strict") as file:
                yield from _listed(file, argument)
        elif _NAME_OF_A_FILE.search(argument):
            raise Failure(
                Exit.USAGE,
                f"There is no file {shortened(argument, LONGEST_PATH)!r}; digits, an expression such as 2^257-1, or a file with one a line is accepted.",
            )
        else:
            yield argument


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).is_file()
    except PermissionError:  # opening it says which
        return True
    except OSError:  # a number may be too long for the name of a file
        return False


def _listed(file: TextIO, name: str) -> Iterator[str]:
    try:
        yield from (entry.text for entry in entries(file))
    except UnicodeDecodeError:
        raise Failure(
            Exit.USAGE, f"{name} is not a text in UTF-8 or UTF-16; one number or expression a line is accepted."
        ) from None
