"""Many texts in order, kept as the JSON that is asked for.

Fifty thousand texts of their own lie all over the memory; to go through them costs a wait for the memory each. In
blocks of some thousand bytes each they lie together: a block that changes is decoded, changed and encoded in the
processor's cache, and the whole is put together by copying blocks.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import msgspec

FULL = 192
"""Texts in a block, at most."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[str]).decode


class SortedTexts:
    """Texts in order of code points, each once.

    Args:
        full: how many texts a block holds; one that has more is cut into pieces of half as many.
    """

    def __init__(self, full: int = FULL) -> None:
        self._full = full
        self._blocks = [b"[]"]
        self._starts = [""]
        """From which text on each block holds what comes before the next."""

    def change(self, come: Iterable[str], gone: Iterable[str]) -> None:
        """Add texts that are not there, and take away texts that are."""
        changes: dict[int, tuple[list[str], list[str]]] = {}
        for side, texts in enumerate((come, gone)):
            for text in texts:
                block = bisect_right(self._starts, text) - 1
                changes.setdefault(block, ([], []))[side].append(text)
        for block in sorted(changes, reverse=True):  # halving one moves only those that were changed before
            self._change_block(block, *changes[block])

    def _change_block(self, block: int, come: list[str], gone: list[str]) -> None:
        texts = _decode(self._blocks[block])
        for text in gone:
            del texts[bisect_left(texts, text)]
        texts += come
        texts.sort()
        if not texts and len(self._blocks) > 1:
            self._drop(block)
            return
        size = self._full if len(texts) <= self._full else max(1, self._full // 2)
        pieces = [texts[start : start + size] for start in range(0, len(texts), size)] or [[]]
        self._blocks[block : block + 1] = map(_encode, pieces)
        self._starts[block + 1 : block + 1] = [piece[0] for piece in pieces[1:]]

    def _drop(self, block: int) -> None:
        """Take an empty block away; the one before it, or else the one after it, holds what comes in its place."""
        del self._blocks[block]
        del self._starts[block or 1]

    def json(self) -> bytes:
        """Return all texts as a JSON array."""
        return b"[%b]" % b",".join(block[1:-1] for block in self._blocks if len(block) > 2)
