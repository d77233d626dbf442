"""How many values JSON holds, before it is decoded: each costs more than the bytes that it takes.

A body of 16 MiB that is one long text is decoded in milliseconds; one of five million empty lists holds everybody up for
seconds, and takes a gigabyte. Whatever is long is decoded outside of the event loop besides.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from core.refusals import TooLarge

MAX_VALUES: Final = 100_000
LONG_BYTES: Final = 64 * 1024
T = TypeVar("T")


def few_values(body: bytes, most: int = MAX_VALUES, signs: Sequence[bytes] = (b",", b"[", b"{")) -> bool:
    """Tell whether JSON holds at most so many values, keys of objects aside; what is no JSON may be told either way.

    Each has a comma before it, or a bracket, except for the first.

    Args:
        body: the JSON.
        most: how many there may be.
        signs: by which they are counted, outside of texts; a brace alone counts objects.
    """

    def count(start: int, end: int) -> int:
        return sum(body.count(sign, start, end) for sign in signs)

    if len(body) <= most or count(0, len(body)) <= most:
        return True
    seen = start = 0
    while seen <= most:
        quote = body.find(b'"', start)
        if quote < 0:
            return seen + count(start, len(body)) <= most
        seen += count(start, quote)
        start = _end_of_text(body, quote)
    return False


def _end_of_text(body: bytes, quote: int) -> int:
    """Return where the text ends that begins with a quotation mark; one that does not end ends with the body."""
    end = body.find(b'"', quote + 1)
    while end >= 0:
        slashes = end
        while body[slashes - 1] == ord("\\"):
            slashes -= 1
        if (end - slashes) % 2 == 0:
            return end + 1
        end = body.find(b'"', end + 1)
    return len(body)


def require_few_values(body: bytes) -> None:
    """Turn away JSON of too many values.

    Raises:
        TooLarge: it holds more than are accepted.
    """
    if not few_values(body):
        raise TooLarge(f"The body holds more than {MAX_VALUES} values; send what it holds in several requests.")


async def beside(body: bytes, read: Callable[[bytes], T]) -> T:
    """Return what a function makes of a body; of a long one in a thread, while the event loop goes on."""
    return read(body) if len(body) <= LONG_BYTES else await asyncio.to_thread(read, body)
