"""Stopping whoever is at work, wherever they are."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Halt:
    """A request to stop: made once, from any thread, seen by all who look, and brought to those who are busy."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Callable[[], object]] = []

    def set(self) -> None:
        """Ask to stop; once is enough."""
        with self._lock:
            self._event.set()
            calls = list(self._calls)
        for call in calls:
            call()

    def is_set(self) -> bool:
        """Tell whether it was asked."""
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait so long, or until it is asked; return whether it was."""
        return self._event.wait(seconds)

    @contextmanager
    def calling(self, call: Callable[[], object]) -> Iterator[None]:
        """Have something called when it is asked, or now when it was asked before.

        Args:
            call: quick, and harmless when called again or late.
        """
        with self._lock:
            self._calls.append(call)
        if self.is_set():
            call()
        try:
            yield
        finally:
            with self._lock:
                self._calls.remove(call)
