"""Names that a machine or a simulation may have."""

from core.refusals import BadInput
from core.wording import shortened

MAX_LENGTH = 200


def check_text(field: str, text: str) -> str:
    """Return a text when it is acceptable.

    Raises:
        BadInput: it is empty, longer than 200 characters, or holds characters that do not print.
    """
    if not text.strip() or len(text) > MAX_LENGTH or not text.isprintable():
        raise BadInput(f"{field} is {shortened(text)!r}; 1 to {MAX_LENGTH} printable characters are accepted.")
    return text
