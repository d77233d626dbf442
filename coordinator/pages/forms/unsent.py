"""Unsent forms: what was written into one whose session had ended goes along with who signs in, and stands in the form again."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coordinator.pages.once import FIELD
from core.refusals import BadInput

MOST_BYTES = 64 * 1024
"""So much of it goes along."""
ENDED = "The session had ended, so nothing was recorded; what was written is here again, to be sent once more."
TOO_LARGE = "The session had ended, so nothing was recorded; the form was too large to come back, and has to be filled in again."
_NOT_ALONG = frozenset({"token", FIELD, "confirmed"})
"""Of the session that has ended and of its page; and what is confirmed is confirmed anew: the page may tell something else by then."""


class Unsent(msgspec.Struct, frozen=True):
    """A form that was not taken.

    Attributes:
        sent_to: the path of its address.
        fields: what was written, by name.
    """

    sent_to: str
    fields: dict[str, str]

    def carried(self) -> str:
        """Return it as a field of the page for signing in holds it; empty when it is too large for that."""
        text = msgspec.json.encode(self)
        return text.decode() if len(text) <= MOST_BYTES else ""

    def shown(self) -> dict[str, object]:
        """Return the part of the form's page that shows it."""
        return {"said": self.fields, "sent_to": self.sent_to, "problem": ENDED}


def unsent(sent_to: str, fields: Mapping[str, Any]) -> Unsent:
    """Return what was written into a form, without the files that were chosen: a page can't put those back."""
    written = {name: text for name, text in fields.items() if isinstance(text, str) and name not in _NOT_ALONG}
    return Unsent(sent_to, written)


def brought(text: str) -> Unsent | None:
    """Read what somebody brings who signs in; None when that is nothing.

    Raises:
        BadInput: it is not what `carried` returned.
    """
    try:
        return msgspec.json.decode(text, type=Unsent) if text else None
    except (msgspec.DecodeError, UnicodeEncodeError):
        raise BadInput("What was written before signing in can't be read; open the form again.") from None
