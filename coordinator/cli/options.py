"""Options that several commands share."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import rich_click as click

from coordinator.cli.ending import Exit, Failure
from core.factoring.notation.worklist import whole_number
from core.refusals import BadInput

DATA_DIR = "coordinator.cli.data_dir"
"""Under this name a context's `meta` has the data directory that the command works in."""
_Command = TypeVar("_Command", bound=Callable[..., object])


class WholeNumber(click.ParamType[int]):
    """A whole number that may be written with an exponent, as bounds are: 250000, 25e4."""

    name = "number"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ARG002 - as click asks
        """Read it; BadInput says what is wrong with it."""
        if isinstance(value, int):
            return value
        return whole_number(value, param.human_readable_name if param else "The value")


class DataDirectory(click.Path):
    """A data directory; where one that is not there is wanted, that is for the command to say."""

    name = "directory"

    def __init__(self) -> None:
        super().__init__(readable=False)

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Take it unless it is a file, and remember it for whoever says what can't be used."""
        directory = Path(os.fsdecode(super().convert(value, param, ctx)))
        if directory.is_file():
            raise Failure(Exit.REFUSED, f"{directory} can't be used as a data directory: it is a file.")
        if directory.is_dir() and not os.access(directory, os.R_OK | os.X_OK):
            raise Failure(Exit.REFUSED, f"{directory} can't be used as a data directory: this user may not read it.")
        if ctx is not None:
            ctx.meta[DATA_DIR] = directory
        return directory


@contextmanager
def told_as(**options: str) -> Iterator[None]:
    """Have a refusal that begins with the name of a field call it by the option that was typed: `expires_at="--until"`.

    Raises:
        Failure: the coordinator refused; in its own words but for that name.
        BadInput: the same, where the command decides by itself.
    """
    try:
        yield
    except Failure as failure:
        raise Failure(failure.exit_code, _told(str(failure), options), failure.quoted) from None
    except BadInput as refusal:
        raise BadInput(_told(refusal.sentence, options)) from None


def _told(sentence: str, options: Mapping[str, str]) -> str:
    field, blank, rest = sentence.partition(" ")
    return options.get(field, field) + blank + rest


json_option = click.option("--json", "in_json", is_flag=True, help="Write JSON.")


def _joined(_context: click.Context, _option: click.Parameter, said: tuple[str, ...]) -> str | None:
    return ",".join(said) if said else None


coordinator_option = click.option(
    "--coordinator",
    metavar="URL",
    envvar="TALLYSTICK_COORDINATOR",
    default=("http://127.0.0.1:8000",),
    show_default=True,
    multiple=True,
    callback=_joined,
    help="Address of the coordinator; of several, the next when nobody answers at one.",
)

data_dir_option = click.option(
    "--data-dir",
    type=DataDirectory(),
    envvar="TALLYSTICK_DATA_DIR",
    default=Path("data"),
    show_default=True,
    help="Where the log lives.",
)


def where_options(command: _Command) -> _Command:
    """Add the options that say which coordinator is meant, running or stopped."""
    url = click.option(
        "--coordinator",
        metavar="URL",
        multiple=True,
        callback=_joined,
        help="Address of the coordinator, when it runs.",
    )
    directory = click.option(
        "--data-dir",
        type=DataDirectory(),
        envvar="TALLYSTICK_DATA_DIR",
        help="Its data directory, when it is stopped.",
    )
    return url(directory(command))


def running(url: str | None) -> str:
    """Return where the running coordinator answers that is meant where no directory is named.

    Raises:
        Failure: neither these options nor the environment say which one.
    """
    said = url or ",".join(os.environ.get("TALLYSTICK_COORDINATOR", "").split())
    if not said:
        raise Failure(
            Exit.USAGE,
            "Which coordinator is not said; name a running one with --coordinator, or a stopped one's directory with"
            " --data-dir.",
        )
    return said
