"""The fork server: a small process that has imported what children work with, and forks one for each line that it is sent.

What it has imported all children share, so that the next one costs neither half a second nor another twenty megabytes.

A child works for whoever holds the other end of its line, and is killed when that is closed: the server sees it, and knows
for certain which process it ends, whatever that is at. When nothing comes over a line for a while its child ends by itself, and
so does a server without children. Whoever is about to end takes what was sent before, and has the sender of more told.
"""

import gc
import os
import pickle
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from functools import partial
from importlib import import_module
from io import BufferedRWPair
from typing import Any

from coordinator.processes.forking import Bell, fork, leave_ending_to_parent

_PATIENCE = 60
"""So much longer than a child a server without children waits: the next one takes half a second to begin."""
_LENGTH_BYTES = 8


class _ForkServer:
    """The process itself.

    Args:
        orders: over it come the lines.
        idle_seconds: after which a child ends that is given nothing to do.
    """

    def __init__(self, orders: socket.socket, idle_seconds: float) -> None:
        self._orders: socket.socket | None = orders
        self._idle_seconds = idle_seconds
        self._lines: dict[int, socket.socket] = {}
        self._bell = Bell(signal.SIGCHLD)

    def keep(self) -> None:
        """Fork children and bury them, as long as more may be wanted, or some are there."""
        while self._orders is not None or self._lines:
            happened = self._wait()
            if self._orders is not None:
                if not happened:
                    self._orders.shutdown(socket.SHUT_RD)
                elif self._orders.fileno() in happened:
                    self._take(self._orders)
            for process, line in self._lines.items():
                if line.fileno() in happened:
                    os.kill(process, signal.SIGKILL)
            if self._bell.heard in happened:
                self._bury()

    def _wait(self) -> set[int]:
        """Return where something has happened, by descriptor; nothing when nothing has for a long time."""
        waiting = select.poll()
        waiting.register(self._bell.heard, select.POLLIN)
        if self._orders is not None:
            waiting.register(self._orders, select.POLLIN)
        for line in self._lines.values():
            waiting.register(line, 0)  # which tells only that the other end is closed
        return {
            descriptor for descriptor, _ in waiting.poll(None if self._lines else self._idle_seconds * _PATIENCE * 1000)
        }

    def _take(self, orders: socket.socket) -> None:
        """Fork a child for the line that has come, or take note that no more will come."""
        word, descriptors, _, _ = socket.recv_fds(orders, 1, 1)
        if not word:
            orders.close()
            self._orders = None
            return
        if not descriptors:
            _say_lack("no descriptor is free")
            return
        line = socket.socket(fileno=descriptors[0])
        try:
            process = fork(partial(self._be_child, orders, line, word[0]))
        except OSError as lack:
            line.close()
            _say_lack(lack)
        else:
            self._lines[process] = line

    def _be_child(self, orders: socket.socket, line: socket.socket, niceness: int) -> int:
        """As a child: let go of what is the server's, or another child's, and work."""
        self._bell.leave()
        for one in (orders, *self._lines.values()):
            one.close()
        os.nice(niceness)
        work(line, self._idle_seconds)
        return 0

    def _bury(self) -> None:
        """Take note of children that have ended; whoever waits for one hears of it when its line is closed here too."""
        self._bell.take()
        while self._lines:
            process, _ = os.waitpid(-1, os.WNOHANG)
            if not process:
                break
            self._lines.pop(process).close()


def _say_lack(lack: object) -> None:
    """Say why there is no new child; whoever wants one sees only that nobody holds the other end of its line."""
    sys.stderr.write(f"The fork server could not have another child: {lack}.\n")


def work(line: socket.socket, idle_seconds: float) -> None:
    """As a child: say that it is there, and do what comes over a line, one thing after the other, until nothing comes any more.

    The first thing may take as long as it likes to come: whoever wanted a child has not got to asking it yet.
    """
    # Whoever wanted it may be gone at any moment: then nobody is left to tell, also of what the file has not sent yet.
    with suppress(OSError), line, line.makefile("rwb") as file:
        say(file, pickle.dumps(os.getpid()))
        waiting = select.poll()
        waiting.register(line, select.POLLIN)
        patience = None
        while True:
            if not waiting.poll(patience):
                line.shutdown(socket.SHUT_RD)
            try:
                function, arguments = hear(file)
            except EOFError:
                return
            try:
                answer = pickle.dumps((True, function(*arguments)))
            except Exception as error:
                error.add_note(f"In a child process: {traceback.format_exc()}")
                answer = pickle.dumps((False, error))
            say(file, answer)
            patience = idle_seconds * 1000


def say(file: BufferedRWPair, pickled: bytes) -> None:
    """Say something over a line, to a child or as one.

    Raises:
        OSError: nobody hears it any more.
    """
    file.write(len(pickled).to_bytes(_LENGTH_BYTES))
    file.write(pickled)
    file.flush()


def hear(file: BufferedRWPair) -> Any:
    """Wait for what is said at the other end of a line, and return it.

    Raises:
        EOFError: nothing more will be said.
        OSError: the same.
    """
    # By its length: looking for its end, pickle would wait for what is behind it.
    length = int.from_bytes(file.read(_LENGTH_BYTES))
    return pickle.loads(file.read(length))  # noqa: S301 - the coordinator and its children talk to nobody else


def main() -> None:
    """Be the fork server.

    Its arguments: after how many seconds children end that are given nothing to do, and the modules that all work with.
    """
    idle_seconds, *modules = sys.argv[1:]
    leave_ending_to_parent()
    orders = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - a descriptor is wanted
        os.dup2(nothing.fileno(), 0)
    for module in modules:
        import_module(module)
    # The collector would write into every page that is shared.
    gc.collect()
    gc.freeze()
    _ForkServer(orders, float(idle_seconds)).keep()


if __name__ == "__main__":
    main()
