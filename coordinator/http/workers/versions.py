"""Which version of `tallystick work` a caller is, and whether it is given work."""

import re

from coordinator.http.requests.asked import Asked, header_of
from coordinator.http.shared import shared_of
from core.refusals import Forbidden

_AGENT = re.compile(r"tallystick/([0-9]+(?:\.[0-9]+)*[0-9A-Za-z.+-]*)")


class OldWorker(Forbidden):
    """The worker is older than the oldest that is given work; what it has done is taken all the same."""


def worker_version(request: Asked) -> str:
    """Return the version of the worker that sends a request; empty when it is another program."""
    said = _AGENT.match(header_of(request, b"user-agent"))
    return said[1] if said else ""


def check_version(request: Asked) -> None:
    """Refuse work to a worker that is older than the setting `minimum_worker_version`; other programs are not known so.

    Raises:
        OldWorker: it is.
    """
    least, own = shared_of(request).settings.minimum_worker_version, worker_version(request)
    if least and own and _numbers(own) < _numbers(least):
        raise OldWorker(
            f"This worker is tallystick {own}, and work is given to {least} and later: install that, and start the worker"
            " again. What it has done already is taken."
        )


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version before its first letter, without zeros at the end: 1.2.0rc1 is as 1.2."""
    numbers = [int(number) for number in re.findall(r"[0-9]+", re.split(r"[A-Za-z+-]", version)[0])]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)
