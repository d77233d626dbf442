"""Finding out what decisions want to know."""

from collections.abc import Sequence
from typing import Any

from core.deciding import Want


def find(wants: Sequence[Want[Any]]) -> list[Any]:
    """Run in a child: what each want finds, or the refusal that it ends in."""
    findings: list[Any] = []
    for want in wants:
        try:
            findings.append(want.find())
        except Exception as error:
            findings.append(error)
    return findings
