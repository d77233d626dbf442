"""Ends a whole process group when the worker is killed outright.

The kernel ends the program that a worker has started together with the worker (see `workers.processes.leash`), and not what that has
started in turn: where `ecm` is a script, the GMP-ECM that it runs would compute on for nobody. So a shell waits beside each
program for the end of a pipe that the worker alone holds open.
"""

import subprocess

_WATCH = 'read -r _; kill -s KILL -- "-$0"'


class Guard:
    """A watch over a process group, until it is dismissed."""

    def __init__(self, group: int) -> None:
        # A session of its own: what is sent to the worker's group, such as Ctrl-C, is not for the guard.
        self._watch = subprocess.Popen(  # noqa: S603 - the words are ours
            ["/bin/sh", "-c", _WATCH, str(group)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """End the watch; harmless when it has ended."""
        self._watch.kill()
        self._watch.wait()
        assert self._watch.stdin is not None
        self._watch.stdin.close()
