"""Numbers of any length in JSON, digit for digit: what a JSON parser would round is never parsed as a number here."""

import re

import msgspec

from core.refusals import BadInput
from core.wording import shortened

NOT_SENT = msgspec.Raw()
"""What a field that was not sent holds, for msgspec knows no optional `Raw`."""
_BLANK = re.compile(r"\s+")


def numeral(raw: msgspec.Raw, name: str) -> str:
    """Return the text of a JSON number, or of a JSON string that should spell one.

    Raises:
        BadInput: it is neither.
    """
    text = bytes(raw).decode()
    if text[0] == '"':
        spelled: str = msgspec.json.decode(text)
        return spelled
    if text[0] in "-0123456789":
        return text
    raise BadInput(f"{name} is {shortened(text)}; a number, or text that spells one, is accepted.")


def result_text(raw: msgspec.Raw) -> str:
    """Return the JSON of a result without blanks, empty when there is none; a number may also come as a JSON string."""
    text = bytes(raw).decode()
    if text.startswith('"'):
        spelled: str = msgspec.json.decode(text)
        return spelled
    return "" if text == "null" else _BLANK.sub("", text)
