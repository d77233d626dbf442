"""Requests for which nobody writes: the process that they came to refuses them itself, so that whoever looks at a page gets a page."""

import msgspec
from litestar.types import Scope

from coordinator.unavailable import Unavailable

UNWRITTEN = "unwritten"
"""Under this name the scope of such a request has its `Unwritten`."""
PAGE_AGAIN_OPTION = "page_again"
"""Under this name a handler's `opt` has True when it refuses them by the page that they came from, with what was filled in."""


class Unwritten(msgspec.Struct, frozen=True):
    """The answer to a request that could not be passed on.

    Attributes:
        refusal: says why.
        whole: whether its body can still be read.
    """

    refusal: Unavailable
    whole: bool


def refuse_unwritten(scope: Scope, *, before_reading: bool = False) -> None:
    """Refuse a request for which nobody writes; any other one goes on.

    Args:
        scope: of the request.
        before_reading: whether who refuses it otherwise has yet to read its body; then it goes on as long as that can be read.

    Raises:
        Unavailable: nobody writes; says why.
    """
    unwritten: Unwritten | None = scope.get(UNWRITTEN)  # type: ignore[assignment] # ASGI lets scopes hold more
    if unwritten is not None and not (before_reading and unwritten.whole):
        raise unwritten.refusal
