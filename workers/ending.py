"""The end of a worker that is known beforehand, and whether it may begin with something."""

import math
import re
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path

import rich_click as click
import structlog

from core.refusals import BadInput
from core.timestamps import parsed

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[smhd])+")
_LOOK_SECONDS = 5.0
"""How often the command is run at most that says whether to begin with something."""
_PATIENCE_SECONDS = 60
_LONGEST_SAID = 366 * 86_400
"""No coordinator is told of a longer life: no work takes as long."""

_log = structlog.get_logger(__name__)


class Ending:
    """When a worker ends by itself, and whether it may begin with anything just now.

    Args:
        seconds: after which it ends; infinite for never.
        file: at whose appearance it ends.
        command: of the shell, which succeeds while work may be begun; empty for always.
        clock: seconds that only go up.
    """

    def __init__(
        self,
        seconds: float = math.inf,
        file: Path | None = None,
        command: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._at = clock() + seconds
        self._file = file
        self._command = command
        self._looked = -math.inf
        self._may = True

    @property
    def reason(self) -> str:
        """Why the worker ends now; empty while it goes on."""
        if self._clock() >= self._at:
            return "its time is over"
        if self._file is not None and self._file.exists():
            return f"{self._file} is there"
        return ""

    def no_later_than(self, seconds: float) -> None:
        """Have the end come in so many seconds at the latest."""
        self._at = min(self._at, self._clock() + seconds)

    def said(self) -> dict[str, str | float]:
        """Return what a request for work says of how long the worker lives: nothing when that has no end."""
        left = self._at - self._clock()
        return {} if left > _LONGEST_SAID else {"lives_seconds": max(int(left), 1)}

    def may_begin(self) -> bool:
        """Tell whether work may be begun; one caller at a time."""
        if self._command and self._clock() >= self._looked + _LOOK_SECONDS:
            before, exit_code = self._may, self._asked()
            self._may = exit_code == 0
            self._looked = self._clock()
            if before and not self._may:
                _log.info("work_held_back", command=self._command, exit_code=exit_code)
            elif not before and self._may:
                _log.info("work_allowed", command=self._command)
        return self._may

    def _asked(self) -> int | None:
        """Run the command; return its exit code, None where it takes too long to say yes."""
        try:
            return subprocess.run(  # noqa: S602 - the worker's owner wrote it on the command line, for the shell
                self._command,
                shell=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE_SECONDS,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            return None


def seconds_in(text: str) -> float:
    """Return the seconds of a span such as `3h`, `90m` or `1h30m`.

    Raises:
        ValueError: it is none.
    """
    if not _DURATION.fullmatch(text):
        raise ValueError(text)
    return sum(float(number) * _UNITS[unit] for number, unit in re.findall(r"([0-9.]+)([smhd])", text))


class Span(click.ParamType[float]):
    """A span of time on the command line."""

    name = "span"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return its seconds."""
        if isinstance(value, float):
            return value
        try:
            return seconds_in(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a span of time; one such as 3h, 90m or 1h30m is accepted.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A time on the command line, of this machine's zone where it names none; without a date the next such time."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return it with its zone."""
        text = str(value)
        now = datetime.now(UTC).astimezone()
        try:
            if re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", text):
                hour, minute = map(int, text.split(":"))
                moment = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
                return moment if moment > now else moment + timedelta(days=1)
            moment = parsed(text)
        except (ValueError, BadInput):
            self.fail(f"{value!r} is not a time; one such as 06:30 or 2026-12-01T06:30 is accepted.", param, ctx)
        return moment.astimezone()


def ending(after: float | None, at: datetime | None, file: Path | None, command: str) -> Ending:
    """Return the end that options ask for: the earliest of those that they name."""
    seconds = [math.inf if after is None else after]
    if at is not None:
        seconds.append((at - datetime.now(UTC)).total_seconds())
    return Ending(min(seconds), file, command)


def ending_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say when a worker ends by itself; it takes what they say as `end`."""

    @click.option("--stop-after", type=Span(), metavar="SPAN", help="End after so long, such as 3h or 1h30m.")
    @click.option("--stop-at", type=Moment(), metavar="TIME", help="End at a time, such as 06:30 or 2026-12-01T06:30.")
    @click.option(
        "--stop-when", type=click.Path(path_type=Path), metavar="FILE", help="End as soon as there is such a file."
    )
    @click.option(
        "--when", default="", metavar="COMMAND", help="Begin with work only while this shell command succeeds."
    )
    @wraps(command)
    def with_end(
        *, stop_after: float | None, stop_at: datetime | None, stop_when: Path | None, when: str, **others: object
    ) -> None:
        command(end=ending(stop_after, stop_at, stop_when, when), **others)

    return with_end
