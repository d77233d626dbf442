"""Finding out, before the writer, whatever may take more than a millisecond.

A decision that needs something slow (is this number prime? what is a curve with these bounds worth?) says so with a
`Want`. It is found out in a small pool of child processes, and the order comes to the writer again with the finding.
Children, not threads: gmpy2's primality test holds the interpreter's lock, 0.7 s at 3,400 digits.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor
from functools import partial
from typing import Any, ParamSpec, TypeVar

import msgspec
import structlog

from coordinator.processes.children import Children, ForkServer
from coordinator.processes.finding import find
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Overtaking, Result
from coordinator.writer.writer import Writer
from core.deciding import AnswerT, Order, Unprepared, Want
from core.refusals import Refusal

_log = structlog.get_logger(__name__)

_FINDINGS_KEPT = 4_096
_WANTS_A_CALL = 64
_NOT_FOUND_OUT = "What this needs to know could not be found out; nothing was recorded, try again."

P = ParamSpec("P")
T = TypeVar("T")


class Preparation:
    """Children that find things out. Those who ask take turns: one who asks for much holds up nobody who asks for little.

    Args:
        fork_server: where they come from.
        processes: how many children.
    """

    def __init__(self, fork_server: ForkServer, processes: int = 2) -> None:
        self._children = Children(fork_server, processes)
        self._processes = processes
        self._turns: deque[deque[Want[Any]]] = deque()  # what each of those who asked still wants
        self._findings: dict[Want[Any], asyncio.Future[Any]] = {}
        self._calls: set[asyncio.Future[list[Any]]] = set()
        self._closed = False

    async def find(self, wants: Sequence[Want[Any]]) -> list[Any]:
        """Find out several things; one that can't be found is the exception that says why.

        What several ask for at the same time is found out once.
        """
        missing = [want for want in dict.fromkeys(wants) if want not in self._findings]
        if missing:
            loop = asyncio.get_running_loop()
            self._findings.update((want, loop.create_future()) for want in missing)
            self._turns.append(deque(missing))
            self._send()
        # Shielded: who goes away must not take with it what others wait for too.
        awaited = [asyncio.shield(self._findings[want]) for want in wants]
        if len(self._findings) > _FINDINGS_KEPT:
            self._findings = {want: finding for want, finding in self._findings.items() if not finding.done()}
        return await asyncio.gather(*awaited)

    def _send(self) -> None:
        """Have every child that is free find out some of what those want whose turn it is."""
        while self._turns and len(self._calls) < self._processes:
            asked = self._turns.popleft()
            wants = [asked.popleft() for _ in range(min(len(asked), _WANTS_A_CALL))]
            if asked:
                self._turns.append(asked)
            call = asyncio.ensure_future(self._children.run(find, wants))
            self._calls.add(call)
            call.add_done_callback(partial(self._arrived, asked, wants))

    def _arrived(self, asked: deque[Want[Any]], wants: Sequence[Want[Any]], call: asyncio.Future[list[Any]]) -> None:
        """Tell what a child has found out; one that died is replaced, and what it was at can be asked for again."""
        self._calls.discard(call)
        failure = None if call.cancelled() else call.exception()
        if self._closed:
            return
        if failure is not None:
            _log.error("preparation_failed", error=repr(failure))
        found = [Unavailable(_NOT_FOUND_OUT)] * len(wants) if failure else call.result()
        if rest := wants[len(found) :]:
            if not asked:
                self._turns.append(asked)
            asked.extend(rest)
        for want, finding in zip(wants, found, strict=False):
            future = self._findings[want]
            if isinstance(finding, Exception) and not isinstance(finding, Refusal):
                del self._findings[want]  # it may have been for want of memory
            future.set_result(finding)
        self._send()

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a child run a function whose result is for nobody else; what it raises is raised here.

        Raises:
            Unavailable: the child died.
        """
        try:
            return await self._children.run(function, *args, **kwargs)
        except BrokenExecutor as failure:
            _log.error("preparation_failed", error=repr(failure))
            raise Unavailable(_NOT_FOUND_OUT) from failure

    def close(self) -> None:
        """End the children at once: whoever waited for what they were finding out is gone, and it can take minutes."""
        self._closed = True
        self._children.end()


async def submit_prepared(
    writer: Writer, preparation: Preparation, orders: Sequence[Order[AnswerT]]
) -> list[Result[AnswerT]]:
    """Have up to 500 orders performed, finding out whatever their decisions ask for on the way."""
    return await prepared(writer, preparation, orders, await _submitted(writer, orders))


async def prepared(
    writer: Writer, preparation: Preparation, orders: Sequence[Order[AnswerT]], results: list[Result[AnswerT]]
) -> list[Result[AnswerT]]:
    """Find out whatever the decisions of orders ask for that the writer has looked at once, until each is settled.

    A decision asks for one thing at a time, and each round brings it one finding further. An order that was refused
    behind one that had to wait is decided again with it: the number that it is about may come with the one before. So
    is one that bears its key, which it must not take away from it.
    """
    orders = list(orders)
    hopeless: set[int] = set()
    while any(isinstance(result, Unprepared | Overtaking) for result in results):
        pending = {i: r.want for i, r in enumerate(results) if isinstance(r, Unprepared)}
        findings = await preparation.find(list(pending.values()))
        for (index, want), finding in zip(pending.items(), findings, strict=True):
            if isinstance(finding, Exception):
                results[index] = finding
                hopeless.add(index)
            else:
                order = orders[index]
                orders[index] = msgspec.structs.replace(order, findings={**order.findings, want: finding})
        prepared = pending.keys() - hopeless
        first = min(prepared, default=len(results))
        behind = {i for i, result in enumerate(results) if i > first and isinstance(result, Refusal)}
        overtaking = {i for i, result in enumerate(results) if isinstance(result, Overtaking)}
        again = sorted(prepared | behind - hopeless | overtaking)
        for index, result in zip(again, await _submitted(writer, [orders[i] for i in again]), strict=True):
            results[index] = result
    return results


async def _submitted(writer: Writer, orders: Sequence[Order[AnswerT]]) -> list[Result[AnswerT]]:
    """Have orders performed of which others came with them that may be recorded already: what hinders these is said of them alone."""
    try:
        return await writer.submit_all(orders)
    except Unavailable as hindrance:
        return [hindrance] * len(orders)
