"""Presence that several processes know of: whoever is seen in one of them is told to the others, a moment later."""

from coordinator.clients.presence import Presence
from coordinator.desks.messages import Seen


class SharedPresence(Presence):
    """A `Presence` that remembers what the other side has not been told yet."""

    def __init__(self) -> None:
        super().__init__()
        self._fresh: dict[tuple[str, str], tuple[int, str]] = {}
        self._forgotten: list[str] = []

    def seen(self, client: str, now: int, kind: str, version: str = "") -> None:
        """Note that a client was heard of."""
        super().seen(client, now, kind, version)
        self._fresh[client, kind] = now, version

    def forget(self, client: str) -> None:
        """Have never heard of a client."""
        super().forget(client)
        self._forgotten.append(client)
        self._fresh = {who: seen for who, seen in self._fresh.items() if who[0] != client}

    def learn(self, told: Seen) -> None:
        """Take what the other side tells."""
        for client in told.forgotten:
            super().forget(client)
        for client, moment, kind, version in told.clients:
            super().seen(client, moment, kind, version)

    def untold(self) -> Seen | None:
        """Return what the other side has not been told yet, once; None when there is nothing."""
        if not self._fresh and not self._forgotten:
            return None
        fresh, self._fresh = self._fresh, {}
        forgotten, self._forgotten = self._forgotten, []
        return Seen([(client, now, kind, version) for (client, kind), (now, version) in fresh.items()], forgotten)

    def all_known(self) -> Seen:
        """Return everything that is remembered."""
        clients = [
            (client, moment, kind, self.version_of(client))
            for kind, heard in self._worked.items()
            for client, moment in heard.items()
        ]
        return Seen(sorted(clients, key=lambda one: one[1]), [])
