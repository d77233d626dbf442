"""The way to a coordinator, as commands of workers are told it: its address and the key that it wants."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from pathlib import Path

import rich_click as click

from core.refusals import BadInput

COORDINATOR = click.option(
    "--coordinator",
    metavar="URL",
    envvar="TALLYSTICK_COORDINATOR",
    default=("http://127.0.0.1:8000",),
    show_default=True,
    multiple=True,
    callback=lambda _context, _option, said: ",".join(said),
    help="Who gives work and takes results; of several, the next when one gives no answer.",
)
_API_KEY = click.option(
    "--api-key", envvar=["TALLYSTICK_API_KEY", "API_KEY"], help="The key; better kept in the environment."
)
_API_KEY_FILE = click.option(
    "--api-key-file",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar=["TALLYSTICK_API_KEY_FILE", "API_KEY_FILE"],
    help="A file that holds the key.",
)


def key_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that bring a key; it takes what they say as `key`, empty for none."""

    @wraps(command)
    def with_key(*, api_key: str | None, api_key_file: Path | None, **others: object) -> None:
        command(key=api_key or _key_in(api_key_file), **others)

    return _API_KEY(_API_KEY_FILE(with_key))


def with_a_way_out(sentence: str, status: int) -> str:
    """Return what the coordinator said; where it wants a key, with how a worker is given one in place of how HTTP is."""
    if status != HTTPStatus.UNAUTHORIZED:
        return sentence
    return (
        f"{sentence.partition(';')[0].rstrip('.')}; name a file that holds one with --api-key-file, or in"
        " TALLYSTICK_API_KEY_FILE. Whoever runs the coordinator makes one with `tallystick keys create --roles work`."
    )


def _key_in(file: Path | None) -> str:
    """Return the key that a file holds; nothing when there is none."""
    if file is None:
        return ""
    try:
        key = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The key file {file} can't be read: {getattr(error, 'strerror', None) or error}.") from error
    if not key:
        raise BadInput(f"The key file {file} is empty; a file with a key in it is accepted.")
    return key
