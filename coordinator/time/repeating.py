"""Doing something again and again, until cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from coordinator.failures import logged
from coordinator.unavailable import Unavailable

_log = structlog.get_logger(__name__)


async def every(
    seconds: float,
    failure: str,
    do: Callable[[], Awaitable[object]],
    *,
    longest: float | None = None,
    happened: asyncio.Event | None = None,
) -> None:
    """Do something every so many seconds, until cancelled.

    Args:
        seconds: between two times.
        failure: what is logged when it fails, once until it succeeds again; the next time tries again.
        do: what is done; it returns True when there is more to do at once.
        longest: a wait after failures is twice the one before, up to so many seconds; None is `seconds`.
        happened: what is waited for no longer than `seconds`.
    """
    happened = happened or asyncio.Event()
    wait, failing = seconds, False
    while True:
        happened.clear()
        more = False
        try:
            more = await do() is True
            wait, failing = seconds, False
        except Exception as error:
            if not failing and isinstance(error, Unavailable):  # what is away is no fault of ours
                _log.warning(failure, **logged(error))
            elif not failing:
                _log.error(failure, **logged(error))
            wait, failing = min(2 * wait, longest or seconds), True
        # Not wait_for: before Python 3.12 it may swallow a cancellation that comes together with what it waits for.
        with suppress(TimeoutError):
            async with asyncio.timeout(0 if more else wait):
                await happened.wait()
