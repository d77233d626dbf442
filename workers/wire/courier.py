"""Brings results to the coordinator: to disk first, then over the wire."""

import threading
from contextlib import suppress
from http import HTTPStatus
from typing import ClassVar

import msgspec
import structlog

from workers.wire.coordinator import Away, Coordinator, Fault, TurnedDown
from workers.wire.spool import NotKept, Result, Spool

_OF_THE_KEY = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

_log = structlog.get_logger(__name__)


class Courier:
    """Sends what waits in a spool, oldest first, one thread at a time.

    Args:
        spool: where results wait.
        coordinator: who gets them.
    """

    delivers: ClassVar[bool] = True
    """Whether the coordinator gets what is handed in; else it is kept for somebody else to deliver."""

    def __init__(self, spool: Spool, coordinator: Coordinator) -> None:
        self.spool = spool
        self._coordinator = coordinator
        self._lock = threading.Lock()

    def hand_in(self, address: str, body: object) -> bool:
        """Keep a result and try to deliver what waits; return whether the coordinator was there.

        Raises:
            NotKept: it can't be kept, with which the worker ends; a coordinator that is there has it.
            TurnedDown: the coordinator does not accept the worker's key.
        """
        try:
            self.spool.keep(address, body)
        except NotKept as full:
            with suppress(Away, Fault, TurnedDown):
                self._send(full.result)
            raise
        try:
            self.deliver()
        except Away:
            return False
        return True

    def deliver(self) -> None:
        """Send everything that waits. A result that the coordinator does not accept is set aside.

        Raises:
            Away: the coordinator is; what is left may be accepted later.
            TurnedDown: the coordinator does not accept the worker's key; everything is left.
        """
        with self._lock:
            for kept in self.spool.waiting():
                result = kept.result
                try:
                    self._send(result)
                except Fault:
                    continue  # the others need not wait for it; it is sent again with the next
                except TurnedDown as refusal:
                    if refusal.status in _OF_THE_KEY:
                        raise
                    _log.error("result_refused", file=kept.path.name, reason=refusal.sentence)
                    self.spool.set_aside(kept, refusal.sentence)
                else:
                    self.spool.discard(kept)

    def _send(self, result: Result) -> None:
        self._coordinator.call("POST", result.address, msgspec.Raw, body=bytes(result.body), key=result.key)
