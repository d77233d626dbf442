"""Text from outside on a page: what can't be seen of it is written out, and its direction turns nothing around it.

A name of nothing but fillers would be a link that nobody can find, one that reads from right to left would take the
number behind it along. So each text that a template writes between its tags passes through `legible`.
"""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from core.legibility import hides_nothing, name_of, number_of, unseen_in

_FROM_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z]+)|>")
_TEXT_ONLY = {"title", "option", "textarea", "text"}
"""The elements in which there is no other; the last is one of SVG, and each is a paragraph of its own."""


def legible(value: object) -> object:
    """Return a text as it can be read anywhere on a page; HTML, and what is no text, is returned as it is."""
    if not isinstance(value, str) or isinstance(value, Markup) or (value.isascii() and value.isprintable()):
        return value
    from_right_to_left = _FROM_RIGHT_TO_LEFT.search(value)
    if not from_right_to_left and hides_nothing(value):
        return value
    written = Markup(unseen_in(value).sub(_written, escape(value)))  # noqa: S704 - escaped just here
    return Markup("<bdi>{}</bdi>").format(written) if from_right_to_left else written


def _written(letter: re.Match[str]) -> str:
    """Write what can't be seen by its number, with its name on hover."""
    return f'<span class="unseen" title="{name_of(letter[0])}">{number_of(letter[0])}</span>'


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
