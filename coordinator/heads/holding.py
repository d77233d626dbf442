"""Holding a log against what others have kept of it: signed heads, and receipts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from coordinator.heads.book import FILE, HeadBook, NotAHead
from coordinator.heads.proving import hashes
from coordinator.heads.signing import is_signed
from coordinator.log.prefix import LogPrefix
from core.events.chain import Head
from core.events.heads import SignedHead
from core.events.merkle import Frontier
from core.refusals import BadInput
from core.wording import shortened

_RECEIPT = re.compile(r"([1-9][0-9]{0,18}):([0-9a-fA-F]{64})")
_KEY = re.compile(r"[0-9a-fA-F]{64}")
_LONGEST = 100
"""So that one with a digit too many is shown whole."""


class NotHeld(Exception):  # noqa: N818 - names what was met
    """The log is not the one that a head was signed for, or a receipt given for; says in what."""


def read_receipt(text: str) -> Head:
    """Read a receipt, `POSITION:HASH` as the header fields of an answer give them.

    Raises:
        BadInput: it is none.
    """
    parts = _RECEIPT.fullmatch(text)
    if parts is None:
        raise BadInput(
            f"The receipt {shortened(text, _LONGEST)!r} is not acceptable; POSITION:HASH is, 17:9f86d0… with 64 digits, as"
            " Tallystick-Position and Tallystick-Hash of an answer say."
        )
    return Head(int(parts[1]), bytes.fromhex(parts[2]))


def read_key(text: str) -> str:
    """Read a public key as somebody has kept it: 64 hexadecimal digits, as heads name the key that signed them.

    Raises:
        BadInput: it is none.
    """
    if not _KEY.fullmatch(text):
        raise BadInput(
            f"The key {shortened(text, _LONGEST)!r} is not acceptable; a public key is, 64 hexadecimal digits, as /api/v1/heads/key"
            " and each head say."
        )
    return text.lower()


def require_signed(head: SignedHead, key: str | None) -> None:
    """See that a head was signed, and by whom.

    Args:
        head: the head.
        key: the public key that it must be signed with; None takes the one that it names.

    Raises:
        NotHeld: it was not.
    """
    if key is not None and head.key != key:
        raise NotHeld(f"The head at {head.position} was signed with the key {head.key}, not with {key}.")
    if not is_signed(head):
        raise NotHeld(f"The head at {head.position} has a bad signature: it is not what the key {head.key} signed.")


def require_held(taken: LogPrefix, head: SignedHead) -> None:
    """See that a log holds the event at which a head was signed; signature and root are not looked at.

    Raises:
        NotHeld: it does not.
    """
    if taken.head.position and head.log != taken.id:
        raise NotHeld(f"The head at {head.position} is of the log {head.log}, and this is the log {taken.id}.")
    if head.position > taken.head.position:
        raise NotHeld(
            f"The log ends at event {taken.head.position}, and a head was signed at event {head.position}, at"
            f" {head.signed_at}: its newest events were cut off."
        )
    hashed = taken.event(head.position).hash.hex()
    if hashed != head.hash:
        raise NotHeld(
            f"Event {head.position} has the hash {hashed}, and had {head.hash} when the head was signed, at"
            f" {head.signed_at}: the log was computed anew."
        )


def _require_heads(taken: LogPrefix, heads: Iterable[SignedHead], key: str | None) -> int:
    """See that a log is the one for which heads were signed; return how many there are.

    Args:
        taken: the log, whose chain holds.
        heads: in the order of their positions.
        key: the public key that they must be signed with; None takes the one that each names.

    Raises:
        NotHeld: it is not; the words say up to where it is.
    """
    count, agreed = 0, 0
    for head in heads:
        try:
            require_signed(head, key)
            require_held(taken, head)
        except NotHeld as met:
            upto = f" It agrees with the head at {agreed}." if agreed else ""
            raise NotHeld(f"{met}{upto}") from None
        count, agreed = count + 1, head.position
    return count


def require_roots(taken: LogPrefix, heads: Sequence[SignedHead]) -> None:
    """See that the roots of heads, which the log holds, are those of its events; the log is read once.

    Raises:
        NotHeld: one is not.
    """
    tree = Frontier()
    for head in heads:
        for hashed in hashes(taken.log, tree.size, head.position):
            tree.add(hashed)
        if tree.root().hex() != head.root:
            raise NotHeld(
                f"The head at {head.position} has the root {head.root}, and the events up to there have"
                f" {tree.root().hex()}."
            )


def require_receipt(taken: LogPrefix, receipt: Head) -> None:
    """See that a log holds the event for which a receipt was given.

    Raises:
        NotHeld: it does not.
    """
    if receipt.position > taken.head.position:
        raise NotHeld(
            f"The log ends at event {taken.head.position}, and a receipt was given for event {receipt.position}: its"
            " newest events were cut off, or it is another log."
        )
    hashed = taken.event(receipt.position).hash
    if hashed != receipt.hash:
        raise NotHeld(
            f"Event {receipt.position} has the hash {hashed.hex()}, and the receipt was given for"
            f" {receipt.hash.hex()}: the log was computed anew, or it is another log."
        )


class Witnesses(msgspec.Struct, frozen=True):
    """The heads and events of a log that others have kept.

    Attributes:
        heads: signed heads, in the order of their positions.
        receipts: positions and hashes that were answered to writes.
        key: the public key that the heads must be signed with; None takes the one that each names.
    """

    heads: tuple[SignedHead, ...] = ()
    receipts: tuple[Head, ...] = ()
    key: str | None = None


NOBODY = Witnesses()


class Held(msgspec.Struct, frozen=True):
    """The result of holding a log against its witnesses.

    Attributes:
        heads: how many signed heads it agrees with, those that stand beside it among them.
        receipts: how many receipts it agrees with.
        disagreement: in what it is not the log that was witnessed; None when it is.
    """

    heads: int = 0
    receipts: int = 0
    disagreement: str | None = None


def hold(taken: LogPrefix, witnesses: Witnesses = NOBODY, kept: HeadBook | None = None) -> Held:
    """Hold a log whose chain is sound against what others, and it itself, have kept of it.

    Args:
        taken: the log.
        witnesses: what others have kept; the roots of their heads are computed anew.
        kept: the heads that stand beside the log, opened before the prefix was, so that none is newer.
    """
    try:
        own = _require_heads(taken, kept.after(0), None) if kept is not None else 0
        others = _require_heads(taken, witnesses.heads, witnesses.key)
        require_roots(taken, witnesses.heads)
        for receipt in witnesses.receipts:
            require_receipt(taken, receipt)
    except NotAHead as error:
        return Held(disagreement=f"The heads beside the log are damaged: {error}")
    except NotHeld as met:
        return Held(disagreement=str(met))
    return Held(own + others, len(witnesses.receipts))


@contextmanager
def kept_heads(directory: Path) -> Iterator[HeadBook | None]:
    """Open the heads that stand beside a log, for reading; None when there are none."""
    path = directory / FILE
    if not path.exists():
        yield None
        return
    with closing(HeadBook(path, read_only=True)) as book:
        yield book
