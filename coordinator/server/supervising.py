"""Supervising: a small process that starts an office, its desks and its crew, starts again what was killed, and stops all.

It has imported everything and put the application together, and every part is forked from it: one that was killed is back
within a fraction of a second.

It holds every socket on which a part listens. So while a part is away, whoever connects to it waits and is turned away by
nobody: what waits in its queue is taken up by the part that takes its place.

Parts end when it says so, and not when a terminal or systemd tells all processes to: whoever needs another one ends before
it. The crew's workers hand back through desks what they have not done, and desks have the office perform what came to them.
"""

import ctypes
import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial

import structlog

from coordinator.files.scratch import place
from coordinator.http.admission.keyring import new_key
from coordinator.observing import logs
from coordinator.processes.forking import Bell, fork, leave_ending_to_parent
from coordinator.server.application import build_app
from coordinator.server.connections.listening import address_here, announce, bound_for_several
from coordinator.server.parts import (
    STOP,
    CrewPart,
    DeskPart,
    OfficePart,
    be_crew,
    be_desk,
    be_office,
    http_path,
    orders_path,
)
from coordinator.server.running import CUT_SHORT, UNABLE, Beside, reported, run, stop_signals
from coordinator.setup.settings import Settings

_STOP_SECONDS = 9.5
"""A part that is told to stop has ended by then, or is ended; the crew, desks and the office need less than half a minute."""
_KILL_SECONDS = 1.0
_BROKEN_OFF = (
    "{} did not end in good order; what was accepted is on disk, what was under way there has been broken off.\n"
)
_BACKLOG = 2_048
_PAUSE_SECONDS = 0.5
"""Between the start of a part and the next, when it was killed sooner than that."""
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15

_log = structlog.get_logger(__name__)


class _Supervised:
    """A part, and the process that is it.

    Args:
        name: of the part.
        work: all that it does, told the descriptor into which it writes when it is ready; returns its exit code.
    """

    def __init__(self, name: str, work: Callable[[int], int]) -> None:
        self.name = name
        self._work = work
        self._pid = 0
        self._began = 0.0
        self.awaited = -1
        """What becomes readable when it is ready, or has ended before; -1 for nothing any more."""

    @property
    def lives(self) -> bool:
        """Whether there is a process."""
        return self._pid != 0

    @property
    def due(self) -> float:
        """When it may be started, by the monotonic clock."""
        return self._began + _PAUSE_SECONDS

    def start(self, leave: Callable[[], None]) -> None:
        """Start the process.

        Args:
            leave: has the new process let go of what is the supervisor's alone.
        """
        self._began = time.monotonic()
        self.awaited, told = os.pipe()
        parent = os.getpid()

        def be_part() -> int:
            _tie_to(parent, self.name)
            leave()
            os.close(self.awaited)
            return self._work(told)

        # It may be told to stop before it listens for that, and takes it once it does.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {STOP})
        try:
            self._pid = fork(be_part)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(told)

    def heard(self) -> bool:
        """Take what it says when it is ready; tell whether it is."""
        said = os.read(self.awaited, 1)
        os.close(self.awaited)
        self.awaited = -1
        return bool(said)

    def ended(self) -> int | None:
        """Return how it has ended: its exit code, negative for a signal; None while it lives, or when there is none."""
        if not self._pid:
            return None
        pid, status = os.waitpid(self._pid, os.WNOHANG)
        if not pid:
            return None
        self._pid = 0
        return os.waitstatus_to_exitcode(status)

    def tell(self, number: int) -> None:
        """Send it a signal."""
        if self._pid:
            os.kill(self._pid, number)


def _tie_to(parent: int, name: str) -> None:
    """Have this process end when its parent does, however that ends, and bear a name by which `ps` and `top` tell it."""
    if sys.platform == "linux":
        library = ctypes.CDLL(None)
        library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        library.prctl(_PR_SET_NAME, f"tally-{name}".encode())
    if os.getppid() != parent:
        os._exit(1)


def supervise(settings: Settings, beside: Beside | None) -> int:
    """Run an office and as many desks as the settings say, until told to stop.

    Args:
        settings: of the coordinator.
        beside: goes on while the coordinator answers.

    Returns:
        The exit code, as `running` has them. A part that could not start, or go on, has said why.
    """
    logs.set_up()
    bell = Bell(*stop_signals(), signal.SIGCHLD)  # from now on all that is made here is cleared away in the end
    with ExitStack() as sockets:
        try:
            listeners = [sockets.enter_context(one) for one in bound_for_several(settings, settings.desks)]
            ranks = _ranks(settings, listeners, beside, sockets)
        except OSError as error:
            return reported(error, settings)
        gc.collect()
        gc.freeze()
        code = _keep([part for rank in ranks for part in rank], bell, lambda: announce(settings, listeners[0]))
        _log.info("stopping")
        broken_off = [name for rank in reversed(ranks) for name in _stop(rank, bell)]
        _log.info("stopped")
    if broken_off and not code:
        sys.stderr.write(_BROKEN_OFF.format(" and ".join(broken_off)))
        return CUT_SHORT
    return code


def _leave(bell: Bell) -> None:
    """As a part: let go of what is the supervisor's, whose affair is whatever asks to stop; it may reach all."""
    bell.leave()
    leave_ending_to_parent()


def _keep(parts: Sequence[_Supervised], bell: Bell, announce_all: Callable[[], None]) -> int:
    """Keep parts running until told to stop, or one has ended by itself; return the exit code."""
    unready = {part.name for part in parts}
    while True:
        for part in parts:
            code = part.ended()
            if code is not None and code >= 0:
                return UNABLE
            if code is not None:
                _log.warning("part_killed", part=part.name, signal=-code)
            if not part.lives and time.monotonic() >= part.due:
                part.start(partial(_leave, bell))
        ready = _wait(parts, bell)
        if ready is None:
            return 0
        if unready and not unready.difference(ready):
            announce_all()
        unready.difference_update(ready)


def _wait(parts: Sequence[_Supervised], bell: Bell) -> set[str] | None:
    """Wait until something happens to a part; return the names of those that are ready now, None when told to stop."""
    waits = [part.due - time.monotonic() for part in parts if not part.lives]
    awaited = {part.awaited: part for part in parts if part.awaited >= 0}
    woken = select.select([bell.heard, *awaited], [], [], max(0.0, min(waits)) if waits else None)[0]
    if bell.heard in woken and bell.take() - {signal.SIGCHLD}:
        return None
    return {awaited[one].name for one in woken if one != bell.heard and awaited[one].heard()}


def _stop(parts: Sequence[_Supervised], bell: Bell) -> list[str]:
    """Tell parts to stop, and end those that have not in time; return the names of all that did not end by themselves."""
    told = [part for part in parts if part.lives]
    for part in told:
        part.tell(STOP)
    ends = _ends(told, bell, _STOP_SECONDS)
    late = [part for part in told if part.name not in ends]
    for part in late:
        _log.warning("part_did_not_stop", part=part.name)
        part.tell(signal.SIGKILL)
    _ends(late, bell, _KILL_SECONDS)  # until then it keeps what it has locked
    return [part.name for part in told if ends.get(part.name) != 0]


def _ends(parts: Sequence[_Supervised], bell: Bell, seconds: float) -> dict[str, int]:
    """Wait until parts have ended, but no longer than so many seconds; return how each has, by name."""
    deadline = time.monotonic() + seconds
    ends: dict[str, int] = {}
    while True:
        for part in parts:
            if (code := part.ended()) is not None:
                ends[part.name] = code
        left = deadline - time.monotonic()
        if len(ends) == len(parts) or left <= 0:
            return ends
        if select.select([bell.heard], [], [], left)[0]:
            bell.take()


def _ranks(
    settings: Settings, listeners: Sequence[socket.socket], beside: Beside | None, sockets: ExitStack
) -> list[list[_Supervised]]:
    """Return the office, the desks and the crew: each of them needs those before it.

    The sockets that are made for them are closed by the stack.
    """
    directory = str(sockets.enter_context(place("office")))
    http, orders = (sockets.enter_context(_bound_to(path(directory))) for path in (http_path, orders_path))
    app = build_app(settings)
    worker_key = new_key()
    office = OfficePart(settings, app, directory, worker_key, http, orders)
    desks = [
        DeskPart(settings, app, directory, worker_key, f"desk-{number}", listener)
        for number, listener in enumerate(listeners, 1)
    ]
    ranks = [
        [_Supervised("office", lambda told: run(settings, lambda: be_office(office, told)))],
        [_Supervised(desk.name, _work_of(settings, desk)) for desk in desks],
    ]
    if beside is not None:
        crew = CrewPart(settings, beside, address_here(listeners[0]), worker_key)
        ranks.append([_Supervised("crew", lambda told: run(settings, lambda: be_crew(crew, told)))])
    return ranks


def _work_of(settings: Settings, desk: DeskPart) -> Callable[[int], int]:
    return lambda told: run(settings, lambda: be_desk(desk, told))


def _bound_to(path: str) -> socket.socket:
    """Return a socket that only this user may connect to, and that takes connections from now on.

    Raises:
        OSError: there can be none; says what can be done about a name that is too long.
    """
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(path)
    except OSError as error:
        listener.close()
        if error.errno is not None:
            raise
        raise OSError(
            f"{path} has {len(os.fsencode(path))} bytes, too many for the name of a socket, which has some 100; name a shorter"
            " directory in TMPDIR."
        ) from error  # Python says of nothing else that there can be no socket of such a name, and gives that no number
    finally:
        os.umask(before)
    listener.listen(_BACKLOG)
    return listener
