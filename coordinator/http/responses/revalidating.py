"""Telling callers who have what there is that they have it (RFC 9110, section 13.1.2), without sending it again."""

from typing import Annotated, Final

from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter

IfNoneMatch = Annotated[str, HeaderParameter(name="If-None-Match", description="The ETag of what the caller has.")]
NOT_MODIFIED: Final = {304: ResponseSpec(None, description="What the caller has is what there is")}
"""For a route's `responses=`."""


def has(if_none_match: str, tag: str) -> bool:
    """Tell whether the caller has what bears this tag; a proxy that compresses makes a tag weak, which counts the same."""
    tags = {given.strip().removeprefix("W/") for given in if_none_match.split(",")}
    return tag in tags or "*" in tags
