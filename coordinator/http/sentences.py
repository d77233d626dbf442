"""Turning what msgspec and Litestar say about a value that does not fit into one plain sentence."""

from typing import Any

from litestar import Request
from litestar.exceptions import ValidationException


def sentence_for(request: Request[Any, Any, Any], error: ValidationException) -> str:
    """Say what was wrong with which value, and what would be accepted."""
    return error.detail
