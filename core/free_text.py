"""Texts that are recorded as people write them: names, and prose, which is their reasons, descriptions and labels.

Both are shown to others on pages and on terminals, so what does not print is turned down: escape sequences, marks that turn
directions, and line breaks where one line is meant. By names things are told apart, and one may not look like another: they
have no blank but the plain space, and nothing unseen that joins letters. Prose has all blanks, as numbers are written with
narrow ones, and the joiners that Persian, Indic scripts and joined emoji need. Logs of earlier versions may hold anything;
whatever shows a text makes it legible by itself.
"""

from itertools import filterfalse
from unicodedata import category, normalize

from core.legibility import name_of, number_of
from core.refusals import BadInput
from core.wording import shortened

MAX_REASON = 500
_BREAKS = "\r\n\t"
_JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def check_plain_name(field: str, text: str, most: int, *, least: int = 1) -> str:
    """Return a text when it is acceptable as a name.

    Args:
        field: how whoever sent it calls it.
        text: what was sent.
        most: of how many characters it may be.
        least: 0 where it may be left out.

    Raises:
        BadInput: it is too long or too short, nothing but blanks, or holds another blank than the plain space or characters that
            do not print.
    """
    return _checked(field, text, least, most, next(filterfalse(str.isprintable, text), ""))


def as_seen(name: str) -> str:
    """Return a name as it is seen: each letter in one piece with its accents, and single blanks between words alone."""
    return " ".join(normalize("NFC", name).split())


def check_prose(field: str, text: str, most: int, *, lines: bool = False) -> str:
    """Return a text when it is acceptable as prose; it may be left out.

    Args:
        field: how whoever sent it calls it.
        text: what was sent.
        most: of how many characters it may be.
        lines: whether it may have several lines.

    Raises:
        BadInput: it is too long, nothing but blanks and joiners, or holds characters that do not print.
    """
    kept = _JOINERS + _BREAKS if lines else _JOINERS
    strange = (letter for letter in filterfalse(str.isprintable, text) if letter not in kept and not _is_blank(letter))
    return _checked(field, text, 0, most, next(strange, ""), ", and line breaks" if lines else "")


def check_reason(reason: str) -> str:
    """Return why something is done, or nothing, when it is acceptable; up to 500 characters are.

    Raises:
        BadInput: it is too long, or holds characters that do not print.
    """
    return check_prose("reason", reason, MAX_REASON)


def _is_blank(letter: str) -> bool:
    return category(letter) == "Zs"


def _checked(field: str, text: str, least: int, most: int, strange: str, also: str = "") -> str:
    """Return a text of which one letter is strange, or none."""
    blank = bool(text) and all(letter.isspace() or letter in _JOINERS for letter in text)
    if least <= len(text) <= most and not strange and not blank:
        return text
    length = f" and has {len(text)} characters" if len(text) > most else ""
    another = bool(strange) and _is_blank(strange)
    fault = "is not the plain space" if another else "does not print"
    letter = f", of which {number_of(strange)} ({name_of(strange)}) {fault}" if strange else ""
    count = f"{least} to {most}" if least else f"up to {most}"
    printable = f"printable characters{' and plain spaces' if another else ''}{', not all blank,' if blank else ''}"
    raise BadInput(f"{field} is {shortened(text)!r}{length}{letter}; {count} {printable} are accepted{also}.")
