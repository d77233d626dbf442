"""Signed heads, and proofs against them: what others keep, so that a log can't be cut or computed anew unseen.

A head says where a log ended at a moment: position, hash, and the root of the Merkle tree over the hashes of all events
up to there. It is no event: a log that vouches for itself can be rewritten with what it says of itself, and would grow
when nothing happens. Signing and checking signatures needs more than this floor has; `text` is what is signed.
"""

from typing import Annotated

import msgspec

from core.events import merkle
from core.events.chain import row_hash
from core.events.envelope import StoredEvent
from core.events.merkle import NotProved

HEAD_FORMAT = "tallystick-head-1"
PROOF_FORMAT = "tallystick-proof-1"
CONSISTENCY_FORMAT = "tallystick-consistency-1"

Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
"""32 bytes in hexadecimal."""

_Position = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]


class UnsignedHead(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """Where a log ended.

    Attributes:
        format: `tallystick-head-1`.
        log: the log's random id.
        position: of its newest event then.
        hash: of that event.
        root: of the Merkle tree whose leaves are the hashes of the events 1 to `position`.
        signed_at: when the head was signed, ISO 8601.
    """

    format: str
    log: Annotated[str, msgspec.Meta(pattern="^[0-9a-f-]{36}$", max_length=36)]
    position: _Position
    hash: Digest
    root: Digest
    signed_at: Annotated[str, msgspec.Meta(pattern="^[0-9T:.-]+Z$", max_length=27)]

    @property
    def text(self) -> bytes:
        """The bytes that are signed: every field, each followed by a line feed."""
        lines = (self.format, self.log, self.position, self.hash, self.root, self.signed_at)
        return "".join(f"{line}\n" for line in lines).encode()


class SignedHead(UnsignedHead, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A head, and who vouches for it.

    Attributes:
        key: the public key of Ed25519 that it was signed with, in hexadecimal.
        signature: Ed25519 over `text`, 64 bytes in hexadecimal.
    """

    key: Digest
    signature: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{128}$", max_length=128)]


class InclusionProof(msgspec.Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """The hashes by which an event is shown to be in the log under a head.

    Attributes:
        format: `tallystick-proof-1`.
        position: of the event.
        head: position of the head.
        previous: hash of the event before; zeros for the first.
        path: hashes from the event's leaf to the root, as RFC 9162 orders them.
    """

    format: str
    position: _Position
    head: _Position
    previous: Digest
    path: tuple[Digest, ...]


class ConsistencyProof(msgspec.Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True):
    """The hashes by which the log under one head is shown to go on as the log under a later one.

    Attributes:
        format: `tallystick-consistency-1`.
        first: position of the earlier head.
        second: position of the later head.
        path: hashes, as RFC 9162 orders them.
    """

    format: str
    first: _Position
    second: _Position
    path: tuple[Digest, ...]


def check_inclusion(event: StoredEvent, proof: InclusionProof, head: SignedHead) -> None:
    """See that an event is in the log under a head; the head's signature is not looked at.

    Raises:
        NotProved: it is not shown to be; says what does not fit.
    """
    if not proof.position == event.position <= head.position == proof.head:
        raise NotProved(
            f"The proof is of event {proof.position} under a head at {proof.head}; given are event {event.position} and"
            f" a head at {head.position}."
        )
    if row_hash(bytes.fromhex(proof.previous), msgspec.structs.astuple(event)[:11]) != event.hash:
        raise NotProved(f"Event {event.position} is not what was recorded: its hash is not that of its content.")
    leaf = merkle.leaf_hash(event.hash)
    if merkle.root_by_inclusion(leaf, event.position - 1, head.position, _digests(proof.path)).hex() != head.root:
        raise NotProved(
            f"Event {event.position} is not shown to be in the log: the proof does not lead to the root of the head"
            f" at {head.position}."
        )


def check_consistency(first: SignedHead, proof: ConsistencyProof, second: SignedHead) -> None:
    """See that the log under one head goes on as the log under a later one; no signature is looked at.

    Raises:
        NotProved: that is not shown; says what does not fit.
    """
    if first.log != second.log:
        raise NotProved(f"The heads are of two logs, {first.log} and {second.log}.")
    if not proof.first == first.position <= second.position == proof.second:
        raise NotProved(
            f"The proof leads from a head at {proof.first} to one at {proof.second}; given are heads at"
            f" {first.position} and {second.position}."
        )
    roots = merkle.roots_by_consistency(
        first.position, second.position, bytes.fromhex(first.root), _digests(proof.path)
    )
    if (first.root, second.root) != (roots[0].hex(), roots[1].hex()):
        raise NotProved(
            f"The log under the head at {second.position} is not shown to begin as the one under the head at"
            f" {first.position}: the proof does not lead to their roots."
        )


def _digests(path: tuple[str, ...]) -> list[bytes]:
    return [bytes.fromhex(digest) for digest in path]
