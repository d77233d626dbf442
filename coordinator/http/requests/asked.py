"""Requests as far as commands need them, however they came."""

from typing import Protocol

from litestar.types import Scope


class Asked(Protocol):
    """A request: Litestar's, or one that came by a quick route."""

    @property
    def scope(self) -> Scope:
        """The scope of ASGI."""
        ...

    @property
    def method(self) -> str:
        """GET and so on."""
        ...

    async def body(self) -> bytes:
        """Return all of its body."""
        ...


def header_of(request: Asked, name: bytes) -> str:
    """Return what a header field says, by its name in small letters; empty when there is none."""
    for one, value in request.scope["headers"]:
        if one == name:
            return value.decode("latin-1")
    return ""
