"""The bulk address: clients hand in what they did, thousands of items at a time."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Literal

import msgspec
import structlog
from litestar import post
from litestar.di import NamedDependency

from coordinator.http.admission.door import Caller
from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.caller import AnyRequest, caller_of, needs
from coordinator.http.commanding import Wish, check_key, perform_wishes
from coordinator.http.places import AT_DESK
from coordinator.http.requests.reading import parse_json, quote_long_numbers, require_unpacked
from coordinator.http.requests.refusals import WrongMediaType
from coordinator.http.requests.sentences import explain, shown
from coordinator.http.requests.values import beside, few_values, require_few_values
from coordinator.http.shared import shared_of
from coordinator.setup.settings import Settings
from coordinator.time.turns import in_turns
from coordinator.unavailable import Unavailable
from coordinator.writer.outcome import Outcome, Result
from core.clients.naming import check_name
from core.refusals import BadInput, Refusal, TooLarge
from core.timestamps import from_iso
from core.wording import shortened

MAX_ITEMS = 10_000
_MAX_LINE_ENDS = 4 * MAX_ITEMS
"""For lines that end in two characters, with an empty line between them."""
GROUP = 500
"""Items decided together; between two groups others have their turn."""
_GROUP_BYTES = 256 * 1024
_MAX_ITEM_BYTES = 2 * 1024 * 1024
_MAX_OBJECTS = 8 * MAX_ITEMS
"""Objects in all items together, each of which is one, too."""


class _Object(msgspec.Struct, frozen=True):
    """Any object; nothing is taken from it."""


_NDJSON = frozenset({"application/x-ndjson", "application/ndjson", "application/jsonl"})
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_objects = msgspec.json.Decoder(list[_Object]).decode
_decode_line = msgspec.json.Decoder(msgspec.Raw).decode
_encode = msgspec.json.Encoder().encode

_log = structlog.get_logger(__name__)


class ItemResult(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """The result for one item.

    Attributes:
        id: the item's own; null when it has none that could be read.
        status: `duplicate` when the same was accepted before.
        position: of the last event that it led to; null when it led to none.
        hash: of that event.
        error: why it was refused.
        errors: what in it was turned down though the rest counts, such as a factor that does not divide.
    """

    id: str | None
    status: Literal["accepted", "duplicate", "refused"]
    position: int | None
    hash: str | None
    error: str | None = None
    errors: tuple[str, ...] = ()


class BulkAnswer(msgspec.Struct, frozen=True):
    """The result for all of them, in the order in which they were sent.

    Attributes:
        position: the end of the log by now.
        results: one for each item.
    """

    position: int
    results: list[ItemResult]


class _Tag(msgspec.Struct, frozen=True):
    """The two fields of an item that have to be known before it can be read."""

    type: Any = None
    id: Any = None


class Ingestion:
    """Reads items of every kind that there is.

    Args:
        kinds: what the contexts take.
    """

    def __init__(self, kinds: Sequence[Ingest[Any]]) -> None:
        self._kinds = {kind.name: (kind, msgspec.json.Decoder(kind.item).decode) for kind in kinds}
        self._decode_tag = msgspec.json.Decoder(_Tag).decode

    @property
    def items(self) -> dict[str, type[Item]]:
        """The fields of each kind, by its name."""
        return {name: kind.item for name, (kind, _) in self._kinds.items()}

    def _kind(self, name: Any) -> tuple[Ingest[Any], Callable[[bytes | msgspec.Raw], Item]]:
        known = self._kinds.get(name) if isinstance(name, str) else None
        if known is None:
            found = "missing" if name is None else shown(name)
            raise BadInput(f"type is {found}; one of {', '.join(self._kinds)} is accepted.")
        return known

    def read(self, raw: msgspec.Raw, caller: Caller, settings: Settings) -> Wish | ItemResult:
        """Read one item under the coordinator's settings; return what it wishes, or why it is refused."""
        name: str | None = None
        try:
            _require_short(bytes(raw))
            tag = self._decode_tag(raw)
            name = tag.id if isinstance(tag.id, str) else None
            return _wish(*self._kind(tag.type), raw, caller, settings)
        except Refusal as refusal:
            return _refused(name, refusal.sentence)
        except msgspec.ValidationError:
            return _refused(name, "The item is not an object; an object with a type and an id is accepted.")
        except UnicodeDecodeError:
            return _refused(name, "The item is not UTF-8; JSON in UTF-8 is accepted.")
        except Exception as error:  # a fault of ours in one item is no reason to turn down its neighbours
            return _failed(name, error)


def _require_short(raw: bytes) -> None:
    """Turn away an item that is longer than any that is accepted, before it is decoded."""
    if len(raw) > _MAX_ITEM_BYTES:
        raise TooLarge(f"The item takes {len(raw)} bytes; at most {_MAX_ITEM_BYTES} are accepted.")
    require_few_values(raw)


def _wish(kind: Ingest[Any], decode: Any, raw: msgspec.Raw, caller: Caller, settings: Settings) -> Wish:
    if kind.role not in caller.may:
        raise BadInput(f"The key may not hand in {kind.name}; one with the role {kind.role} may.")
    item = _item(kind, decode, bytes(raw))
    if not item.id:
        raise BadInput("id is empty; an id of the client's own, unique among all it hands in, is required.")
    name, command = check_name(item.client_id), kind.command(item, settings)
    return Wish(
        command=command,
        client=kind.speaks_as(command) if kind.speaks_as else name,
        content=_encode(msgspec.structs.replace(item, client_id="")),
        key=check_key(item.id, "id"),
        occurred_at=None if item.occurred_at is None else from_iso(item.occurred_at, "occurred_at"),
        role=kind.role,
    )


def _item(kind: Ingest[Any], decode: Any, raw: bytes) -> Item:
    try:
        item: Item = decode(raw)
    except msgspec.ValidationError as error:
        quoted = quote_long_numbers(raw)
        if quoted != raw:
            return _item(kind, decode, quoted)
        raise BadInput(explain(str(error), kind.item, parse_json(raw), "the item")) from None
    return item


def _refused(name: str | None, sentence: str) -> ItemResult:
    return ItemResult(name, "refused", None, None, sentence)


@post(
    "/api/v1/events",
    summary="Hand in what happened, in bulk",
    status_code=200,
    guards=[needs("work", "submit")],
    opt=AT_DESK,
    tags=["Events"],
)
async def hand_in(
    request: AnyRequest, ingestion: NamedDependency[Ingestion], settings: NamedDependency[Settings]
) -> BulkAnswer:
    """Take a JSON array of items, or NDJSON, of at most 10,000 items and 16 MiB.

    Each item is accepted, found to be a duplicate, or refused by itself. While nothing can be written none is, and the
    request may come again; once some were recorded, those for which there was no room are refused by themselves.
    """
    require_unpacked(request.headers.get("content-encoding", ""))
    items = await beside(await request.body(), partial(_items, request.content_type[0]))
    caller = caller_of(request)
    results: list[ItemResult] = []
    handed_in: asyncio.Future[list[ItemResult]] | None = None
    for group in _groups(items):
        # A group is read while the one before it is being written.
        read = [ingestion.read(raw, caller, settings) async for raw in in_turns(group)]
        if handed_in is not None:
            results += await handed_in
        handed_in = asyncio.ensure_future(_hand_in_group(request, read, first=handed_in is None))
        await asyncio.sleep(0)  # so that it reaches the writer before the next is read
    if handed_in is not None:
        results += await handed_in
    return BulkAnswer(shared_of(request).node.log.head().position, results)


def _groups(items: Sequence[msgspec.Raw]) -> Iterator[Sequence[msgspec.Raw]]:
    """Yield items that are decided together, and fewer of them where they are long."""
    start = size = 0
    for end, item in enumerate(items):
        length = memoryview(item).nbytes
        if end - start == GROUP or (end > start and size + length > _GROUP_BYTES):
            yield items[start:end]
            start, size = end, 0
        size += length
    if items:
        yield items[start:]


def _items(media_type: str, body: bytes) -> Sequence[msgspec.Raw]:
    """Cut the body into items.

    Raises:
        WrongMediaType: it is said to be neither JSON nor NDJSON.
        BadInput: it is neither an array nor NDJSON.
        TooLarge: there are too many items.
    """
    if media_type in _NDJSON:
        lines = body.count(b"\n") + body.count(b"\r")
        if lines > _MAX_LINE_ENDS:
            raise TooLarge(f"The body has {lines} ends of lines; at most {_MAX_LINE_ENDS} are accepted at a time.")
        items = [_line(number, line) for number, line in enumerate(body.splitlines(), 1) if line.strip()]
    elif media_type in {"application/json", ""}:
        items = _array(body)
    else:
        raise WrongMediaType(
            f"The body is said to be {shortened(media_type)!r}; application/json and application/x-ndjson are accepted."
        )
    if len(items) > MAX_ITEMS:
        raise TooLarge(f"The body has {len(items)} items; at most {MAX_ITEMS} are accepted at a time.")
    return items


def _array(body: bytes) -> list[msgspec.Raw]:
    try:
        if not few_values(body):
            _require_few_items(body)
        return _decode_array(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        parse_json(body)  # says where it stops being JSON, when that is what is wrong
        raise BadInput(
            "The body is not an array; a JSON array of items, or NDJSON as application/x-ndjson, is accepted."
        ) from None


def _require_few_items(body: bytes) -> None:
    """Turn away an array of too many items before they are cut apart, or one of other things than objects.

    Raises:
        TooLarge: there are too many.
        BadInput: one is no object.
    """
    if not few_values(body, _MAX_OBJECTS, (b"{",)):
        raise TooLarge(f"The body has more than {MAX_ITEMS} items; at most that many are accepted at a time.")
    try:
        _decode_objects(body)
    except msgspec.ValidationError:
        raise BadInput("The body is not an array of objects; each item is one, with a type and an id.") from None


def _line(number: int, line: bytes) -> msgspec.Raw:
    try:
        return _decode_line(line)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadInput(f"Line {number} of the body is not JSON; one item on each line is accepted.") from None


async def _hand_in_group(request: AnyRequest, read: Sequence[Wish | ItemResult], *, first: bool) -> list[ItemResult]:
    """Have a group decided.

    Raises:
        Unavailable: it is the first, and none of it could be written.
    """
    wishes = [entry for entry in read if isinstance(entry, Wish)]
    try:
        outcomes: list[Result] = await perform_wishes(request, wishes) if wishes else []
    except Unavailable as unavailable:
        outcomes = [unavailable] * len(wishes)
    for wish, outcome in zip(wishes, outcomes, strict=True):
        if wish.role == "work" and isinstance(outcome, Refusal):
            shared_of(request).metrics.requests.refuse(wish.command.context)
    met = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]
    if first and met and len(met) == len(outcomes):
        raise met[0]
    decided = iter(outcomes)
    return [entry if isinstance(entry, ItemResult) else _shown(entry.key, next(decided)) for entry in read]


def _shown(name: str, result: Result) -> ItemResult:
    if isinstance(result, Outcome):
        status: Literal["accepted", "duplicate"] = "duplicate" if result.repeated else "accepted"
        recorded = result.position > 0
        position, hashed = (result.position, result.hash.hex()) if recorded else (None, None)
        return ItemResult(name, status, position, hashed, errors=result.answer.turned_down)
    if isinstance(result, Refusal | Unavailable):
        return _refused(name, str(result))
    return _failed(name, result)


def _failed(name: str | None, error: Exception) -> ItemResult:
    _log.error("item_failed", item=name, exc_info=error)
    return _refused(name, "Something went wrong here, which is no fault of the item; it was not recorded.")
