"""Text from outside on a page: what can't be seen of it is written out, and its direction turns nothing around it.

A name of nothing but fillers would be a link that nobody can find, one that reads from right to left would take the
number behind it along. So each text that a template writes between its tags passes through `legible`.
"""

import re
import unicodedata
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

_CONTROLS = (
    r"\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u070f\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    r"\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f"
)
"""What tells how the text around it is set, and shows nothing: among it what turns directions and parts no words."""
_BLANKS = r"\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0"
"""What belongs to the letters and pictures beside it, or fills their place: nobody misses it but where it stands alone."""
_SEEN = re.compile(rf"[^\s{_CONTROLS}{_BLANKS}]")
_UNSEEN = re.compile(f"[{_CONTROLS}]")
_UNSEEN_ALONE = re.compile(f"[{_CONTROLS}{_BLANKS}]")
_FROM_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z]+)|>")
_TEXT_ONLY = {"title", "option", "textarea", "text"}
"""The elements in which there is no other; the last is one of SVG, and each is a paragraph of its own."""


def legible(value: object) -> object:
    """Return a text as it can be read anywhere on a page; HTML, and what is no text, is returned as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or (value.isascii() and value.isprintable()):
        return value
    unseen = _UNSEEN if _SEEN.search(value) else _UNSEEN_ALONE
    written = Markup(unseen.sub(_written, escape(value)))  # noqa: S704 - escaped just here
    return Markup("<bdi>{}</bdi>").format(written) if _FROM_RIGHT_TO_LEFT.search(value) else written


def spelled(text: str) -> str:
    """Return the same without markup, where nothing but text can stand."""
    return escape(legible(text)).striptags()


def _written(letter: re.Match[str]) -> str:
    """Write what can't be seen by its number, with its name on hover."""
    name = unicodedata.name(letter[0], "a control character").lower()
    return f'<span class="unseen" title="{name}">U+{ord(letter[0]):04X}</span>'


class Legible(Extension):
    """Has all that a template writes between tags pass through `legible`; in attributes text stays what it is."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Return the template with a filter around each of those expressions."""
        within, around = False, ""
        for token in stream:
            if token.type == "data":
                within, around = _after(token.value, within=within, around=around)
            readable = not within and not around
            if token.type == "variable_end" and readable:
                yield Token(token.lineno, "rparen", ")")
                yield Token(token.lineno, "pipe", "|")
                yield Token(token.lineno, "name", legible.__name__)
            yield token
            if token.type == "variable_begin" and readable:
                yield Token(token.lineno, "lparen", "(")


def _after(html: str, *, within: bool, around: str) -> tuple[bool, str]:
    """Return whether a tag is open behind a piece of HTML, and the element around that can have no other in it."""
    for tag in _TAG.finditer(html):
        within = tag[0] != ">"
        if within and tag["name"] in _TEXT_ONLY:
            around = "" if tag["end"] else tag["name"]
    return within, around
