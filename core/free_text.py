"""Free text that is recorded: what people write in their own words, as names, labels, reasons and descriptions.

It is shown to others on pages and on terminals, so what does not print is turned down: escape sequences, marks that turn
directions, and line breaks where one line is meant. Logs of earlier versions may hold it still; whatever shows a text makes
it legible by itself.
"""

from core.legibility import name_of, number_of
from core.refusals import BadInput
from core.wording import shortened

MAX_REASON = 500


def free_text(field: str, text: str, most: int, *, least: int = 0, lines: bool = False) -> str:
    """Return a text when it is acceptable.

    Args:
        field: how whoever sent it calls it.
        text: what was sent.
        most: of how many characters it may be.
        least: 1 where it may not be left out.
        lines: whether it may have several lines.

    Raises:
        BadInput: it is too long or too short, nothing but blanks, or holds characters that do not print.
    """
    unprintable = next((letter for letter in text if not (letter.isprintable() or (lines and letter in "\r\n\t"))), "")
    if least <= len(text) <= most and not unprintable and (text.strip() or not text):
        return text
    length = f" and has {len(text)} characters" if len(text) > most else ""
    letter = f", of which {number_of(unprintable)} ({name_of(unprintable)}) does not print" if unprintable else ""
    printable = "printable characters, not all blank," if text.isspace() else "printable characters"
    count = f"{least} to {most}" if least else f"up to {most}"
    breaks = ", and line breaks" if lines else ""
    raise BadInput(f"{field} is {shortened(text)!r}{length}{letter}; {count} {printable} are accepted{breaks}.")


def check_reason(reason: str) -> str:
    """Return why something is done, or nothing, when it is acceptable; up to 500 characters are.

    Raises:
        BadInput: it is too long, or holds characters that do not print.
    """
    return free_text("reason", reason, MAX_REASON)
