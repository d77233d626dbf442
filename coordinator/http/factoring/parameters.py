"""Parameters that several routes of factoring take, most of them to choose numbers.

One that may be left out is `Annotated[int | None, …]`: of `Annotated[int, …] | None` Litestar enforces nothing.
"""

from typing import Annotated

from litestar.params import QueryParameter
from msgspec import Meta

from core.factoring.numbers.submitting import LARGEST_PRIORITY
from core.free_text import MAX_REASON

MAX_DIGITS = 10**9
"""Longer than any number; clients that want all of them name a bound of their own."""

Digits = Annotated[int, QueryParameter(ge=0, le=MAX_DIGITS)]
Level = Annotated[float | None, QueryParameter(ge=0, le=MAX_DIGITS, description="A t-level, in digits.")]
Priority = Annotated[int | None, QueryParameter(ge=-LARGEST_PRIORITY, le=LARGEST_PRIORITY)]
PriorityField = Annotated[int, Meta(ge=-LARGEST_PRIORITY, le=LARGEST_PRIORITY)]
"""The same in a body, where it may stand beside None."""
Project = Annotated[str, QueryParameter(max_length=256, description="The name of a project.")]
Reason = Annotated[str, QueryParameter(max_length=MAX_REASON)]
