"""Workers beside a coordinator: started when it is ready, looked after while it runs, stopped before it stops."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import structlog

from coordinator.cli.children import Child, worker
from coordinator.cli.ending import Exit
from coordinator.setup.settings import Settings
from core.bearing import check_bearable
from core.clients.naming import check_name

_LOOK_SECONDS = 1.0
_PAUSE_SECONDS = 30.0
"""A worker that ends by itself has a reason, which seldom goes away at once."""
_STOP_SECONDS = 9.0
"""A worker that is told to stop takes up to eight to report what is done."""

_NOT_AGAIN: Mapping[int, Mapping[str, str]] = {
    Exit.REFUSED: {
        "advice": "It was turned away, as it has said, and is not started again before `tallystick serve` is. If its name is"
        " somebody else's now, --node-name gives it another one."
    }
}
"""What is said of a worker that would end for the same reason again."""

_log = structlog.get_logger(__name__)


def names_of(settings: Settings) -> list[str]:
    """Return what the workers of a coordinator are called.

    Raises:
        BadInput: the coordinator's name is none that a client could have, or there are more than the machine bears.
    """
    check_bearable("workers", settings.workers, os.cpu_count() or 1, least=0)
    return [
        check_name(f"{settings.node_name}-{number}", "The name of a worker, node_name and its number,")
        for number in range(1, settings.workers + 1)
    ]


@asynccontextmanager
async def crew(settings: Settings, url: str, key: str) -> AsyncIterator[None]:
    """Have as many workers as the settings say, from entry to exit.

    They are tied to the thread that runs this, which must be the main one: whatever ends the process ends them too.

    Args:
        settings: of the coordinator.
        url: where it answers.
        key: what opens work to them.
    """
    valkey = ("--valkey", settings.valkey) if settings.valkey else ()
    workers = [
        worker(
            name,
            url,
            settings.data_dir / "workers" / str(number),
            None,
            *valkey,
            variables={"TALLYSTICK_API_KEY": key},
        )
        for number, name in enumerate(names_of(settings), 1)
    ]
    looking = asyncio.create_task(_look_after(workers))
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking
        for child in workers:
            child.ask_to_stop()
        await asyncio.gather(*(asyncio.to_thread(child.await_end, _STOP_SECONDS) for child in workers))


async def _look_after(workers: list[Child]) -> None:
    """Start who was killed again at once, who ended by itself after a while, and who was turned away never."""
    ended: dict[str, float] = {}
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        for child in workers:
            code = child.exit_code
            if code is None:
                continue
            if child.name not in ended:
                _log.warning("worker_ended", worker=child.name, exit_code=code, **_NOT_AGAIN.get(code, {}))
                ended[child.name] = time.monotonic()
            if code in _NOT_AGAIN:
                continue
            if code < 0 or time.monotonic() > ended[child.name] + _PAUSE_SECONDS:
                del ended[child.name]
                child.start()
