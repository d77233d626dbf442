"""Parameters, and fields of bodies, that routes of several contexts take."""

from typing import Annotated, Literal

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

MAX_INTEGER = 2**63 - 1
"""The largest integer that a column holds; what is beyond it is turned away before it reaches a query."""

Id = Annotated[int, PathParameter(ge=1, le=MAX_INTEGER, description="The number under which the coordinator has it.")]
"""An id in an address, as `{id:int}`."""

Client = Annotated[
    str, QueryParameter(name="client_id", min_length=1, max_length=128, description="By what name the client goes.")
]
AnyClient = Annotated[
    str | None,
    QueryParameter(
        name="client_id", min_length=1, max_length=128, description="By what name the client goes, if it says."
    ),
]
Wait = Annotated[
    float, QueryParameter(ge=0, le=60, description="For how many seconds to wait when there is nothing to do.")
]
PageNumber = Annotated[int, QueryParameter(ge=1, le=MAX_INTEGER // 1000, description="Which page, from 1.")]
PageSize = Annotated[int, QueryParameter(ge=1, le=1000, description="How many on a page.")]
Everything = Annotated[Literal["all"] | None, QueryParameter(description="`all` gives the whole list, as CSV.")]
SizeOrAll = Annotated[
    int | Literal["all"],
    QueryParameter(description="How many on a page, 1 to 1000; `all` gives the whole list, as CSV."),
]

CpuSeconds = Annotated[float, Meta(ge=0, le=1e9)]
"""In a body: the CPU time that something took."""


def name_in(rest: str) -> str:
    """Return the name that ends an address, as `{name:path}` gives it: one may hold slashes."""
    return rest.removeprefix("/")
