"""Heads, proofs and events as files that others keep: written by commands, or saved from what an address answered."""

from pathlib import Path

import msgspec

from coordinator.heads.book import NotAHead, read_head
from core.events.envelope import StoredEvent
from core.events.heads import CONSISTENCY_FORMAT, PROOF_FORMAT, ConsistencyProof, InclusionProof, SignedHead
from core.refusals import BadInput
from core.timestamps import from_iso
from core.wording import fault_of

_HEADS_AT = "/api/v1/heads"


class _HeadList(msgspec.Struct):
    heads: list[msgspec.Raw]


class _KeptEvent(msgspec.Struct, forbid_unknown_fields=True):
    """An event as an export has it, with times in microseconds, or as an address answers it, with times in ISO 8601."""

    position: int
    stream: str
    version: int
    type: str
    recorded_at: int | str
    occurred_at: int | str | None
    actor: str
    command: str
    cause: int | None
    correlation: str
    data: msgspec.Raw
    hash: str


class _Format(msgspec.Struct):
    format: str = ""


def heads_in(path: Path) -> list[SignedHead]:
    """Read heads, in the order of their positions: one, one a line, or the list that an address answers.

    Raises:
        BadInput: the file can't be read, or holds something else.
    """
    content = _content(path)
    lines = content.splitlines()
    try:
        heads = msgspec.json.decode(content, type=_HeadList).heads
        found = [bytes(head) for head in heads]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        found = lines if lines and _is_json(lines[0]) else [content]
    try:
        return sorted(map(read_head, found), key=lambda head: head.position)
    except NotAHead as error:
        raise BadInput(
            f"{path}: {error} `tallystick heads --json` and the address {_HEADS_AT} give such heads."
        ) from None


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def event_in(path: Path) -> StoredEvent:
    """Read an event, `data` byte for byte as it stands there.

    Where another program has spread the JSON out, `data` is written again as the log writes it; whether it is what was
    recorded, its hash shows.

    Raises:
        BadInput: the file can't be read, or holds something else.
    """
    content = _content(path)
    try:
        kept = msgspec.json.decode(content, type=_KeptEvent)
        fields = msgspec.structs.asdict(kept)
        for name in ("recorded_at", "occurred_at"):
            if isinstance(fields[name], str):
                fields[name] = from_iso(fields[name])
        spread_out = msgspec.json.format(content, indent=-1) != content.strip()
        data = msgspec.json.encode(msgspec.json.decode(kept.data)) if spread_out else bytes(kept.data)
        return StoredEvent(**{**fields, "data": data, "hash": bytes.fromhex(kept.hash)})
    except (msgspec.MsgspecError, ValueError, BadInput) as error:
        raise BadInput(f"{path} does not hold an event: {fault_of(error)}.") from None


def proof_in(path: Path) -> InclusionProof | ConsistencyProof:
    """Read a proof of either kind.

    Raises:
        BadInput: the file can't be read, or holds something else.
    """
    content = _content(path)
    try:
        known = msgspec.json.decode(content, type=_Format).format
        if known == CONSISTENCY_FORMAT:
            return msgspec.json.decode(content, type=ConsistencyProof)
        if known != PROOF_FORMAT:
            raise BadInput(f"{path} does not hold a proof of the format {PROOF_FORMAT!r} or {CONSISTENCY_FORMAT!r}.")
        return msgspec.json.decode(content, type=InclusionProof)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} does not hold a proof: {fault_of(error)}.") from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} can't be read: {error.strerror}.") from None
