"""Letters that show nothing, or turn the text around them: what is written for them where people read names."""

import re
import unicodedata
from collections.abc import Callable

_CONTROLS = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""What tells how the text around it is set, and shows nothing: among it what turns directions and parts no words."""
_BLANKS = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
"""What belongs to the letters and pictures beside it, or fills their place: nobody misses it but where it stands alone."""
_BREAKS = r"\n\r\v\f\x1c-\x1f\x85\u2028\u2029"
"""What ends a line, or takes a terminal to another."""
_SEEN = re.compile(rf"[^\s{_CONTROLS}{_BLANKS}]")
_UNSEEN = re.compile(f"[{_CONTROLS}]")
_OFF_THE_LINE = re.compile(f"[{_CONTROLS}{_BREAKS}]")
_UNSEEN_ALONE = re.compile(f"[{_CONTROLS}{_BLANKS}]")


def hides_nothing(text: str) -> bool:
    """Tell of nearly every text, at little cost, that no letter of it has to be written out."""
    return _UNSEEN_ALONE.search(text) is None


def unseen_in(text: str) -> re.Pattern[str]:
    """Return the pattern of those letters of a text that have to be written out for it to be read."""
    return _UNSEEN if _SEEN.search(text) else _UNSEEN_ALONE


def number_of(letter: str) -> str:
    """Write a letter that can't be seen by its number, as `U+200B`."""
    return f"U+{ord(letter):04X}"


def name_of(letter: str) -> str:
    """Return the name of a letter that can't be seen, in small letters."""
    return unicodedata.name(letter, "a control character").lower()


def spelled(text: str) -> str:
    """Return a text with what can't be seen written out, for where nothing but text can stand."""
    return unseen_in(text).sub(lambda letter: number_of(letter[0]), text)


def on_one_line(text: str, written: Callable[[str], str] = number_of) -> str:
    """Return a text as a terminal can be sent it: what would end the line, command the terminal, or hide is written out."""
    return _OFF_THE_LINE.sub(lambda letter: written(letter[0]), text)
