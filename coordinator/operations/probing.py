"""Finding out by oneself that the log can be written again, before anybody tries in vain."""

import asyncio

import structlog

from coordinator.house import House
from coordinator.writer.batch import Committer

_EVERY_SECONDS = 2.0

_log = structlog.get_logger(__name__)


async def run(house: House) -> None:
    """While something is amiss, try every two seconds whether it still is; until cancelled."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        if house.writer.unavailable is not None or house.lag:
            await probe(house)


async def probe(house: House) -> None:
    """Try to write, and say in the writer's own words whether that is possible."""
    failures: list[Exception] = []

    def rehearse(committer: Committer) -> None:
        try:
            house.log.rehearse()
            if committer.behind:
                committer.catch_up()
        except Exception as error:  # whatever it is, it is why nothing can be written
            failures.append(error)

    await house.writer.between_batches(rehearse)
    if failures:
        house.writer.unavailable = f"Nothing can be written just now ({failures[0]})."
        return
    house.writer.applied = house.log.head().position
    if house.writer.unavailable is not None:
        house.writer.unavailable = None
        _log.info("log_writable_again")
