"""Pools of child processes for pure functions; each knows its own children, and ends no others."""

import asyncio
import pickle
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, ParamSpec, TypeVar

from coordinator.processes.child import APART
from coordinator.processes.fork_server import hear, say

_NICENESS = 10
_FORK_SERVER = "coordinator.processes.fork_server"

P = ParamSpec("P")
T = TypeVar("T")


class ForkServer:
    """Where children come from, for several pools: a process that is begun when the first one is needed.

    Args:
        modules: what the children work with, by name; imported once for all of them.
        idle_seconds: after which children end that are given nothing to do; the next one costs 5 ms of processor time.
    """

    def __init__(self, *modules: str, idle_seconds: float = 1.0) -> None:
        self._arguments = (str(idle_seconds), *modules)
        self._lock = threading.Lock()
        self._orders: socket.socket | None = None

    def child(self, niceness: int) -> socket.socket:
        """Return the line to a new child, who lives as long as that is open here.

        Args:
            niceness: added to the child's.

        Raises:
            OSError: none can be had just now.
        """
        line, its = socket.socketpair()
        with its:
            try:
                with self._lock:
                    self._send(its, bytes([niceness]))
            except BaseException:
                line.close()
                raise
        return line

    def end(self) -> None:
        """Have it end once its children have; whoever wants another one begins it again."""
        with self._lock:
            orders, self._orders = self._orders, None
        if orders is not None:
            orders.close()

    def _send(self, line: socket.socket, order: bytes) -> None:
        if self._orders is not None:
            with suppress(OSError):  # it had ended, for want of anything to do perhaps
                socket.send_fds(self._orders, [order], [line.fileno()])
                return
            self._orders.close()
        self._orders = self._begun()
        socket.send_fds(self._orders, [order], [line.fileno()])

    def _begun(self) -> socket.socket:
        orders, its = socket.socketpair()
        with its:
            try:
                process = subprocess.Popen([sys.executable, *APART, _FORK_SERVER, *self._arguments], stdin=its.fileno())  # noqa: S603 - our own module
            except BaseException:
                orders.close()
                raise
        threading.Thread(target=process.wait, name="fork-server", daemon=True).start()  # it ends when it likes
        return orders


class _Child:
    """A child, as whoever asks it sees it.

    Args:
        line: to it.
    """

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._file = line.makefile("rwb")

    def arrive(self) -> None:
        """Wait until it is there.

        Raises:
            OSError, EOFError: it could not be had.
        """
        hear(self._file)

    def ask(self, question: bytes) -> None:
        """Have it do something.

        Raises:
            OSError: it has ended before it took that.
        """
        say(self._file, question)

    def answer(self) -> tuple[bool, Any]:
        """Wait until it is done; return whether the function has returned, and what it has returned or raised.

        Raises:
            Exception: it died over it.
        """
        returned, outcome = hear(self._file)
        return returned, outcome

    def end(self) -> None:
        """End it at once, whatever it is at; whoever waits for its answer is told that it died."""
        with suppress(OSError):  # it has ended already
            self._line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of it, after it has ended or to end it."""
        with suppress(OSError):  # what it was to be asked could not be sent
            self._file.close()
        self._line.close()


class _Pool:
    """Children until they are ended together."""

    def __init__(self, fork_server: ForkServer, most: int, niceness: int) -> None:
        self._fork_server = fork_server
        self._niceness = niceness
        self._lock = threading.Lock()
        self._busy: set[_Child] = set()
        self._idle: list[_Child] = []
        self._ended = False
        self._threads = ThreadPoolExecutor(most, "child")

    def submit(self, function: Callable[..., T], arguments: tuple[object, ...]) -> Future[T]:
        """Have a child run a function."""
        return self._threads.submit(self._run, function, arguments)

    def _run(self, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
        question = pickle.dumps((function, arguments))
        try:
            child = self._asked(question)
        except (OSError, EOFError) as lack:  # no descriptor, no memory, no process is left
            raise BrokenExecutor(f"No child can be had: {lack!r}.") from lack
        try:
            returned, outcome = child.answer()
        except Exception as over:
            self._forget(child)
            raise BrokenExecutor("The child has died.") from over
        self._take_back(child)
        if not returned:
            raise outcome
        result: T = outcome
        return result

    def _asked(self, question: bytes) -> _Child:
        """Return a child that is at something: one that had nothing to do and has not ended over that, or a new one."""
        while (child := self._taken()) is not None:
            with suppress(OSError):
                child.ask(question)
                return child
            self._forget(child)
        child = _Child(self._fork_server.child(self._niceness))
        with self._lock:
            self._busy.add(child)
            if self._ended:
                child.end()
        try:
            child.arrive()
            child.ask(question)
        except BaseException:
            self._forget(child)
            raise
        return child

    def _taken(self) -> _Child | None:
        with self._lock:
            if not self._idle:
                return None
            child = self._idle.pop()
            self._busy.add(child)
            return child

    def _take_back(self, child: _Child) -> None:
        with self._lock:
            self._busy.discard(child)
            if not self._ended:
                self._idle.append(child)
                return
        child.close()

    def _forget(self, child: _Child) -> None:
        with self._lock:
            self._busy.discard(child)
        child.close()

    def end(self) -> None:
        """End all children, and take nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            self._ended = True
            for child in self._busy:
                child.end()
        for child in self._idle:
            child.close()


class Children:
    """Child processes that run functions. None is there before it is needed, or long after; those that die are replaced.

    Args:
        fork_server: where they come from.
        most: how many at once.
        gently: whether everything else goes before what they do.
    """

    def __init__(self, fork_server: ForkServer, most: int, *, gently: bool = False) -> None:
        self._fork_server = fork_server
        self._most = most
        self._niceness = _NICENESS if gently else 0
        self._lock = threading.Lock()
        self._pool: _Pool | None = None

    def submit(self, function: Callable[..., T], *args: object) -> Future[T]:
        """Have a child run a function; the very first one takes half a second to come.

        The future holds what the function has returned or raised, or a `BrokenExecutor`: the child died, or none could be had.
        """
        with self._lock:
            if self._pool is None:
                self._pool = _Pool(self._fork_server, self._most, self._niceness)
            return self._pool.submit(function, args)

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Have a child run a function, and wait for it; what it raises is raised here.

        Raises:
            BrokenExecutor: the child died, or none could be had; asked again, another one is there.
        """
        return await asyncio.wrap_future(self.submit(partial(function, *args, **kwargs)))

    def end(self) -> None:
        """End the children at once, whatever they are at; what comes after has others."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.end()
