"""Keys of names on more than one node, so that a node that is lost takes no names with it.

A key stays out of PostgreSQL, whose backups would keep it after it was destroyed. Whoever seals a name has one more node
store the key before the order with the name goes on; who follows asks the others for the keys of names that it comes upon.
"""

import http.client
import re
import ssl
from collections.abc import Iterable, Mapping, Sequence

import msgspec
import structlog

from coordinator.log.sqlite import SqliteEventLog
from coordinator.sealing import SealingKeys
from core.events.envelope import StoredEvent

PATH = "/nodes/name-keys"
_PATIENCE_SECONDS = 1.0
_AT_ONCE = 10_000
_SEAL = re.compile(rb'"seal":"([0-9a-f-]{36})"')
_SEALED = b'"sealed":'
_FULL = 200

_log = structlog.get_logger(__name__)


class SharedNames:
    """Has other nodes keep the keys of names, and gets from them those that are not here. Used in threads.

    Args:
        sealing: the keys here.
        others: where other nodes are reached, `host:port` by name.
        identity: how this node connects to them.
    """

    def __init__(self, sealing: SealingKeys, others: Mapping[str, str], identity: ssl.SSLContext) -> None:
        self._sealing = sealing
        self._others = others
        self._identity = identity

    def copy(self, seal: str, key: bytes) -> None:
        """Have one other node keep a key; where none can just now it is kept here alone, which is logged."""
        if any(answer is not None for answer in self._answers("PUT", {seal: key})):
            return
        _log.warning("name_kept_here_only", seal=seal)

    def learn(self, log: SqliteEventLog, after: int) -> None:
        """Get from other nodes the keys of names in a log beyond a position, as far as they are not here.

        One that nobody has was destroyed, or is lost: the name can't be read.
        """
        while rows := log.read(after, _AT_ONCE):
            after = rows[-1].position
            lacking = self._sealing.lacking(sorted(seals_in(rows)))
            for answer in self._answers("POST", lacking) if lacking else ():
                self._sealing.keep(answer or {})
                lacking = self._sealing.lacking(lacking)
                if not lacking:
                    break

    def _answers(self, method: str, body: object) -> Iterable[Mapping[str, bytes] | None]:
        """Ask one node after the other; yield what each answers, None for one that does not."""
        for address in self._others.values():
            connection = http.client.HTTPSConnection(address, timeout=_PATIENCE_SECONDS, context=self._identity)
            try:
                connection.request(method, PATH, msgspec.msgpack.encode(body))
                answer = connection.getresponse()
                content = answer.read()
                yield msgspec.msgpack.decode(content, type=dict[str, bytes]) if answer.status == _FULL else None
            except (OSError, http.client.HTTPException, msgspec.MsgspecError):
                yield None
            finally:
                connection.close()


def seals_in(rows: Iterable[StoredEvent]) -> set[str]:
    """Return the ids of the keys under which something is sealed in rows of the log."""
    return {seal.decode() for row in rows if _SEALED in row.data for seal in _SEAL.findall(row.data)}


def answer(sealing: SealingKeys, method: str, body: bytes) -> bytes | None:
    """Keep keys that another node has sent, or return those that it asks for; None where that can't be read."""
    try:
        if method == "PUT":
            sealing.keep(msgspec.msgpack.decode(body, type=dict[str, bytes]))
            return msgspec.msgpack.encode({})
        return msgspec.msgpack.encode(sealing.of(msgspec.msgpack.decode(body, type=Sequence[str])))
    except msgspec.MsgspecError:
        return None
