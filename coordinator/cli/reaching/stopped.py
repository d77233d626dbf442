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
from msgspec import to_builtins
from structlog.typing import EventDict, WrappedLogger

from coordinator.cli.ending import Exit, Failure
from coordinator.heads.signing import KeyUnreadable
from coordinator.http.access.shown_keys import created, listed, moment_of
from coordinator.http.admission.keyring import hash_of, new_key
from coordinator.log.checking import Damaged
from coordinator.log.lock import DirectoryInUse
from coordinator.log.prefix import log_prefix
from coordinator.log.sqlite import NotALog
from coordinator.node import Node
from coordinator.opening import opened
from coordinator.operations.forgetting import forget
from coordinator.operations.people import People, key_command
from coordinator.projecting.replaying import in_memory
from coordinator.time.wallclock import now
from coordinator.unavailable import Unavailable
from core.access.answers import KeyAnswer
from core.access.commands import CreateKey, RenewKey, RevokeKey
from core.access.roles import Role
from core.clients.naming import stream_of
from core.deciding import AnswerT, Command, Order
from projections.access.state import keys
from projections.access.users import belongings
from projections.clients.state import user_names

T = TypeVar("T")


class StoppedCoordinator:
    """Keys and clients in a data directory that no coordinator works in.

    Every call raises `Failure` when the directory holds something else, and every one that writes when one does.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def create(self, roles: Sequence[Role], label: str, user: str, expires_at: str | None) -> dict[str, Any]:
        """Make a key; a directory that is not there yet is made too."""
        key, moment = new_key(), moment_of(expires_at)

        async def do(node: Node) -> dict[str, Any]:
            command = await key_command(node, hash_of(key), tuple(roles), label, user, moment)
            return await _created(node, command, key)

        return on_a_node(self._directory, do)

    def renew(self, key: int, expires_at: str | None) -> dict[str, Any]:
        """Make another key for the user of one."""
        require_log(self._directory)
        fresh = new_key()
        command = RenewKey(key=key, hash=hash_of(fresh), expires_at=moment_of(expires_at))
        return on_a_node(self._directory, lambda node: _created(node, command, fresh))

    def list(self) -> dict[str, Any]:
        """Return every key that was ever made; nothing is written, and a coordinator may run meanwhile."""
        require_log(self._directory)
        try:
            with log_prefix(self._directory / "log.db") as taken, in_memory(taken, ("access", "clients")) as folded:
                who = People(user_names(folded["clients"]), belongings(folded["access"]))
                shown: dict[str, Any] = to_builtins(listed(keys(folded["access"]), who, {}))
        except (NotALog, Damaged) as met:
            raise Failure(Exit.REFUSED, str(met)) from None
        return shown

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


async def _created(node: Node, command: CreateKey | RenewKey, key: str) -> dict[str, Any]:
    made: dict[str, Any] = to_builtins(await created(node, await _perform(node, command), key))
    return made


async def _perform(node: Node, command: Command[KeyAnswer]) -> int:
    outcome = await node.perform(_order(command))
    return outcome.answer.key


def _order(command: Command[AnswerT]) -> Order[AnswerT]:
    return Order(command=command, now=now(), correlation=str(uuid.uuid4()), actor="operator")
