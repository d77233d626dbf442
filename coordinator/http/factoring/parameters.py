"""Parameters that several routes of factoring take, most of them to choose numbers.

One that may be left out is `Annotated[int | None, …]`: of `Annotated[int, …] | None` Litestar enforces nothing.
"""

from typing import Annotated

from litestar.params import QueryParameter

from core.factoring.curation.shelving import MAX_REASON
from core.factoring.submitting import LARGEST_PRIORITY

MAX_DIGITS = 100_000
"""No number is longer, however the coordinator is set up."""

Digits = Annotated[int, QueryParameter(ge=0, le=MAX_DIGITS)]
Level = Annotated[float | None, QueryParameter(ge=0, le=MAX_DIGITS, description="A t-level, in digits.")]
Priority = Annotated[int | None, QueryParameter(ge=-LARGEST_PRIORITY, le=LARGEST_PRIORITY)]
Project = Annotated[str, QueryParameter(max_length=256, description="The name of a project.")]
Reason = Annotated[str, QueryParameter(max_length=MAX_REASON)]
