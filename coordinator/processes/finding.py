"""Finding out what decisions want to know."""

import time
from collections.abc import Sequence
from typing import Any

from core.deciding import Want

_SECONDS = 0.1
"""After which a child takes what others ask for; a number of thousands of digits takes half a second by itself."""


def find(wants: Sequence[Want[Any]]) -> list[Any]:
    """Run in a child: what each want finds, or the refusal that it ends in; of the first ones, when they take long."""
    findings: list[Any] = []
    began = time.monotonic()
    for want in wants:
        try:
            findings.append(want.find())
        except Exception as error:
            findings.append(error)
        if time.monotonic() - began >= _SECONDS:
            break
    return findings
