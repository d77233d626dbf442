"""The child process that delivers: it is told where to in lines of JSON, and says in such what it has found out.

Looking up names, making connections and waiting for receivers is none of the coordinator's own work, which deliveries
must not slow down. The child reads the log beside it, and ends when nobody tells it anything any more.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from coordinator.processes.child import say
from coordinator.processes.forking import leave_ending_to_parent
from coordinator.webhooks.courier import Courier
from coordinator.webhooks.errands import Delivered, Destination, Errand, Failing, Gone
from coordinator.webhooks.posting import Poster
from coordinator.webhooks.reading import Log

_LOOK_SECONDS = 0.25
_FAREWELL_SECONDS = 3.0
_NICENESS = 10


_destinations = msgspec.json.Decoder(tuple[Destination, ...]).decode


class Office:
    """The couriers, one for each subscription, and the log's end that they wait for.

    Args:
        errand: what they are for.
    """

    def __init__(self, errand: Errand) -> None:
        self._errand = errand
        self._log = Log(Path(errand.directory))
        self._poster = Poster(errand.guard)
        self._couriers: dict[tuple[int, int, str], tuple[Courier, asyncio.Task[None]]] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._end = self._log.end()
        self._growing = asyncio.Event()
        self.told: asyncio.Queue[tuple[Destination, ...] | None] = asyncio.Queue()

    async def run(self) -> None:
        """Deliver to those that it is told of, until it is told no more."""
        watching = asyncio.create_task(self._watch())
        watching.add_done_callback(_check)
        while (destinations := await self.told.get()) is not None:
            self._serve(destinations)
        watching.cancel()
        self._serve(())
        await self._see_off()
        await self._poster.close()
        self._log.close()

    def _serve(self, destinations: tuple[Destination, ...]) -> None:
        """Have a courier for each, and no others; where just the secret is another one, it follows the one before."""
        wanted = {(one.subscription, one.again, one.secret): one for one in destinations}
        former: dict[tuple[int, int], tuple[Courier, asyncio.Task[None]]] = {}
        for key in self._couriers.keys() - wanted.keys():
            courier, delivering = former[key[:2]] = self._couriers.pop(key)
            courier.leave()
            self._leaving.add(delivering)
            delivering.add_done_callback(self._leaving.discard)
        for key in wanted.keys() - self._couriers.keys():
            courier = Courier(wanted[key], self._log, self._errand.log, self._poster, _tell)
            delivering = asyncio.create_task(self._deliver(courier, former.get(key[:2])))
            delivering.add_done_callback(_check)
            self._couriers[key] = courier, delivering

    async def _deliver(self, courier: Courier, former: tuple[Courier, asyncio.Task[None]] | None) -> None:
        if former is not None:
            await asyncio.wait({former[1]})
            courier.take_over(former[0].upto)
        await courier.run(self._grown)

    async def _see_off(self) -> None:
        """Wait for those who leave, but not for a receiver that keeps them long."""
        if self._leaving:
            _, kept = await asyncio.wait(self._leaving, timeout=_FAREWELL_SECONDS)
            for delivering in kept:
                delivering.cancel()
            await asyncio.gather(*kept, return_exceptions=True)

    async def _watch(self) -> None:
        """Look at the log four times a second, for all couriers together."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            end = self._log.end()
            if end > self._end:
                self._end = end
                self._growing.set()
                self._growing = asyncio.Event()

    async def _grown(self, position: int, seconds: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._end <= position:
                    await self._growing.wait()


def _tell(found: Delivered | Failing | Gone) -> None:
    with suppress(BrokenPipeError):  # the coordinator has died; its next child delivers what is not recorded again
        say(msgspec.json.encode(found))


def _check(task: asyncio.Task[None]) -> None:
    """End the process over a fault in a task: the coordinator sees it, and starts another one."""
    if not task.cancelled() and (error := task.exception()) is not None:
        sys.excepthook(type(error), error, error.__traceback__)
        os._exit(1)


def _listen(told: Callable[[tuple[Destination, ...] | None], None]) -> None:
    for line in sys.stdin.buffer:
        told(_destinations(line))
    told(None)


async def _run(errand: Errand) -> None:
    office, loop = Office(errand), asyncio.get_running_loop()

    def told(destinations: tuple[Destination, ...] | None) -> None:
        loop.call_soon_threadsafe(office.told.put_nowait, destinations)

    threading.Thread(target=_listen, args=(told,), daemon=True).start()
    await office.run()


def main() -> None:
    """Deliver."""
    leave_ending_to_parent()
    os.nice(_NICENESS)
    asyncio.run(_run(msgspec.json.decode(sys.argv[1].encode(), type=Errand)))


if __name__ == "__main__":
    main()
