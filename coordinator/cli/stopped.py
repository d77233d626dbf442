"""Doing in the data directory of a stopped coordinator what else goes through its HTTP door."""

import asyncio
import logging
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import structlog
from structlog.typing import EventDict, WrappedLogger

from coordinator.cli.ending import Exit, Failure
from coordinator.heads.signing import KeyUnreadable
from coordinator.http.keyring import hash_of, new_key
from coordinator.log.lock import DirectoryInUse
from coordinator.log.sqlite import NotALog
from coordinator.node import Node, opened
from coordinator.operations.forgetting import forget
from coordinator.unavailable import Unavailable
from coordinator.wallclock import now
from core.access.answers import KeyAnswer
from core.access.commands import CreateKey, RevokeKey
from core.access.decide import Key
from core.access.roles import Role
from core.clients.naming import stream_of
from core.deciding import AnswerT, Command, Order
from core.timestamps import to_iso
from projections.access import state as access

T = TypeVar("T")


class StoppedCoordinator:
    """Keys and clients in a data directory that no coordinator works in.

    Every call raises `Failure` when one does, or when the directory holds something else.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def create(self, roles: Sequence[Role], label: str) -> dict[str, Any]:
        """Make a key; a directory that is not there yet is made too."""
        key = new_key()
        command = CreateKey(hash=hash_of(key), roles=tuple(roles), label=label)
        number = on_a_node(self._directory, lambda node: _perform(node, command))
        return {"id": number, "key": key, "roles": roles, "label": label}

    def list(self) -> dict[str, Any]:
        """Return every key that was ever made."""
        require_log(self._directory)
        known = on_a_node(self._directory, lambda node: node.readers["access"].query(access.keys))
        return {"keys": [_shown(key) for key in known]}

    def revoke(self, key: int) -> dict[str, Any]:
        """Take a key back."""
        require_log(self._directory)
        return {"id": on_a_node(self._directory, lambda node: _perform(node, RevokeKey(key=key)))}

    def forget(self, client: str) -> dict[str, Any]:
        """Forget a client; return its number, as it stands in the log."""
        require_log(self._directory)

        async def do(node: Node) -> dict[str, Any]:
            known, _ = await forget(node, client, lambda command: node.perform(_order(command)))
            return {"client": stream_of(known.id)}

        return on_a_node(self._directory, do)


def require_log(directory: Path) -> None:
    """Let a data directory pass in which a coordinator has worked; `Failure` says that none has."""
    if not (directory / "log.db").exists():
        raise Failure(Exit.REFUSED, f"There is no event log in {directory}; no coordinator ever worked there.")


def on_a_node(directory: Path, do: Callable[[Node], Awaitable[T]]) -> T:
    """Open a data directory, do something there, and close it; `Failure` says why that can't be."""

    async def visit() -> T:
        async with opened(directory) as node:
            return await do(node)

    try:
        with _quiet():
            return asyncio.run(visit())
    except (DirectoryInUse, NotALog, KeyUnreadable, Unavailable) as met:
        raise Failure(Exit.REFUSED, str(met)) from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep log lines out of what a command says: warnings go to standard error, a line each, the others nowhere."""
    before = structlog.get_config()
    structlog.configure(
        processors=[
            _without_traceback,
            structlog.processors.add_log_level,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


def _without_traceback(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Leave out where in the program it happened: why it did is said by the command."""
    event.pop("exc_info", None)
    return event


async def _perform(node: Node, command: Command[KeyAnswer]) -> int:
    outcome = await node.perform(_order(command))
    return outcome.answer.key


def _order(command: Command[AnswerT]) -> Order[AnswerT]:
    return Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="operator")


def _shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "roles": key.roles,
        "label": key.label,
        "created_at": to_iso(key.created_at),
        "revoked_at": None if key.revoked_at is None else to_iso(key.revoked_at),
    }
