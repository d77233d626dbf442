"""Parameters that routes of several contexts take."""

from typing import Annotated

from litestar.params import PathParameter

MAX_INTEGER = 2**63 - 1
"""The largest integer that a column holds; what is beyond it is turned away before it reaches a query."""

Id = Annotated[int, PathParameter(ge=1, le=MAX_INTEGER, description="The number under which the coordinator has it.")]
"""An id in an address, as `{id:int}`."""
