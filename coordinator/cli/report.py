"""`report`: hand in what programs printed or kept that were run by hand."""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import rich_click as click
from gmpy2 import mpz

from coordinator.cli.ending import Exit, Failure
from coordinator.cli.options import coordinator_option, json_option
from coordinator.cli.reaching.wire import Coordinator
from coordinator.cli.terminal.printing import print_json, shown
from coordinator.cli.terminal.saying import say
from core.encodings import text_of
from core.factoring.formats.credit.beside import NAMES
from core.factoring.formats.foreseeing import lines_of
from core.factoring.formats.hand_run.stated import Stated
from core.factoring.formats.handing_in import HandedIn, hand_in
from core.factoring.mathematics.curves.limits import DEFAULT_B2
from core.factoring.mathematics.divisibility.primality import IN_WORDS, settle
from core.factoring.notation.expressions import number_from
from core.refusals import BadInput
from core.wording import plural

_CEILING_DIGITS = 100_000
"""Only the coordinator knows how large a number it takes."""
_SETTLED_DIGITS = 3_000
"""In less than a second; of longer numbers the coordinator says whether they are prime."""
_LONGEST = 12 * 1024 * 1024
_ADDRESS = "/api/v1/submit_result"


@click.command()
@click.argument("number", metavar="NUMBER")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@coordinator_option
@click.option("--client-id", default=socket.gethostname, help="Who ran them; else this host's name.")
@click.option("--preview", is_flag=True, help="Show what would be credited, and hand in nothing.")
@click.option("--yes", is_flag=True, help="Hand it in without asking.")
@json_option
def report(
    number: str, files: tuple[str, ...], coordinator: str, client_id: str, *, preview: bool, yes: bool, in_json: bool
) -> None:
    """Hand in what GMP-ECM, YAFU, Prime95 or CADO-NFS printed or kept of work on NUMBER that was run by hand.

    First it is shown what would be credited, line by line, and what not, and why. Curves that are known to the coordinator
    already add nothing. A FILE is an output of GMP-ECM, YAFU's factor.json or log, Prime95's results.txt or results.json.txt
    (not both of either: they tell the same), the log of CADO-NFS, of which the factors count, or a list such as 5208@11e6 or
    300/513@25e4 (300 curves, of 213 more stage 1 alone); - is standard input.
    """
    value = _composite(number)
    texts = {name: _read(name) for name in files}
    found = {name: hand_in(text, str(value), _CEILING_DIGITS) for name, text in texts.items()}
    foreseen = {name: one.foreseen for name, one in found.items()}
    if not in_json:
        for name, seen in foreseen.items():
            say(f"{name}: {plural(seen.credited, 'curve')} would count for {shown(number)}.")
            say(*lines_of(seen.rows))
    if preview:
        if in_json:
            print_json({name: seen.rows for name, seen in foreseen.items()})
        return
    bodies = [body for name in files for body in _bodies(number, client_id, texts[name], found[name])]
    if not bodies:
        raise Failure(Exit.UNSOUND, "There is nothing in it to hand in.")
    if not yes and not _agreed():
        raise Failure(Exit.USAGE, "Nothing was handed in; with --yes it is, without being asked.")
    answers: list[dict[str, Any]] = []
    try:
        with Coordinator(coordinator) as there:
            for body in bodies:
                answers.append(there.post(_ADDRESS, body))
                if not in_json:
                    _say(answers[-1])
    finally:
        if in_json and answers:  # also where somebody interrupts, or the coordinator goes
            print_json(answers)


def _say(answer: Mapping[str, Any]) -> None:
    say(answer["message"])
    for remark in (*answer.get("remarks", ()), *(answer["errors"] or ())):
        say(remark, err=True)


def _composite(number: str) -> mpz:
    """Return the value of a number in which there may be something to find.

    Raises:
        BadInput: it is none, or it is prime.
    """
    value = number_from(number, _CEILING_DIGITS)
    if len(value.digits()) <= _SETTLED_DIGITS and (primality := settle(value)) != "composite":
        raise BadInput(f"{shown(number)} is {IN_WORDS[primality]}; there is nothing to find in it.")
    return value


def _agreed() -> bool:
    return sys.stdin.isatty() and click.confirm("Hand this in?")


def _read(name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise Failure(Exit.USAGE, f"{name} can't be read: {error.strerror}.") from None
    if len(content) > _LONGEST:
        raise Failure(
            Exit.USAGE, f"{name} has {len(content)} bytes; up to {_LONGEST} are accepted, split it between runs."
        )
    return text_of(content)


def _bodies(number: str, client: str, text: str, found: HandedIn) -> list[dict[str, Any]]:
    """Return what is to be sent for a file; an output goes as it is, whatever it holds that is to be recorded."""
    if found.foreseen.output:
        return [_body(number, client, "gmp-ecm", raw_output=text)] if found.reports else []
    return [_of_stated(number, client, one) for one in found.foreseen.stated]


def _of_stated(number: str, client: str, stated: Stated) -> dict[str, Any]:
    body = _body(number, client, stated.program) | {"origin": stated.origin}
    bounds, beside = stated.bounds, stated.beside
    if beside is not None:
        body["method"] = NAMES[beside.method]
        body["parameters"] = {"b1": beside.b1, "b2": None if beside.b2 == DEFAULT_B2 else beside.b2}
        body["results"]["curves_completed"] = beside.runs
    if bounds is not None:
        b2 = None if bounds.b2 == DEFAULT_B2 else bounds.b2
        body["parameters"] = {"b1": bounds.b1, "b2": b2, "parametrization": bounds.param}
        body["results"]["curves_completed"] = stated.curves
    elif beside is None:
        body["method"] = stated.method
    if stated.factors:
        curve = {"sigma": f"{bounds.param}:{stated.sigma}"} if bounds is not None and stated.sigma else {}
        body["results"]["factors_found"] = [{"factor": factor} | curve for factor in stated.factors]
    return body


def _body(number: str, client: str, program: str, raw_output: str = "") -> dict[str, Any]:
    return {
        "composite": number,
        "client_id": client,
        "method": "ecm",
        "program": program,
        "parameters": {"b1": None},
        "results": {"curves_completed": 0},
        "raw_output": raw_output,
    }
