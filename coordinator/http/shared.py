"""The things that all handlers of one application share, each with its type."""

from typing import Any, TypeVar, cast

import msgspec
from litestar.types import Scope

from coordinator.http.admission.door import Connection, Door
from coordinator.http.admission.limits import Limits
from coordinator.http.requests.asked import Asked
from coordinator.node import Node
from coordinator.observing.metrics import Metrics
from coordinator.setup.settings import Settings

T = TypeVar("T")


class Shared(msgspec.Struct, frozen=True):
    """One opened node, and all that stands around it.

    Attributes:
        node: what is served.
        settings: how it is set up.
        door: decides who is admitted.
        limits: how many writes one caller may send.
        metrics: what is counted of requests and of the node.
        opened: what the pages and each context have opened for their own handlers, by its type.
    """

    node: Node
    settings: Settings
    door: Door
    limits: Limits
    metrics: Metrics
    opened: dict[type, Any]

    def open(self, thing: T) -> T:
        """Have handlers find a thing by its type; return it."""
        self.opened[type(thing)] = thing
        return thing

    def find(self, kind: type[T]) -> T | None:
        """Return the thing of a type that was opened, None without one."""
        return self.opened.get(kind)

    def the(self, kind: type[T]) -> T:
        """Return the thing of a type whose handlers are there only when it is."""
        return cast("T", self.opened[kind])


def share(scope: Scope) -> Shared:
    """Put what an application's handlers share where they find it at once, and return it; Litestar's `State` is slow."""
    shared: Shared = scope["app"].state.shared
    scope["state"]["shared"] = shared
    return shared


def shared_in(scope: Scope) -> Shared:
    """Return what handlers share."""
    shared: Shared = scope["state"]["shared"]
    return shared


def shared_of(request: Asked | Connection) -> Shared:
    """Return what the handlers of a request's application share."""
    shared: Shared = request.scope["state"]["shared"]  # asked five times for each write
    return shared
