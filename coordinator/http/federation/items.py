"""Items of federation at the bulk address."""

from typing import Annotated

import msgspec
from msgspec import Meta

from coordinator.http.bulk.ingest import Ingest, Item
from coordinator.http.requests.reading import parse_json
from coordinator.http.requests.sentences import explain
from coordinator.setup.settings import Settings
from core.federation.commands import PushSummary
from core.federation.summary import StatedSummary, name_of, summary_of
from core.refusals import BadInput

_SHAPE = msgspec.json.schema(StatedSummary)["$defs"][StatedSummary.__name__]

_decode = msgspec.json.Decoder(StatedSummary).decode
_decode_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class PushedSummary(Item, frozen=True, kw_only=True):
    """A summary of all that an agent knows; its fields beside those listed are kept."""

    summary: Annotated[
        msgspec.Raw, Meta(extra_json_schema=_SHAPE, extra={"accepted": "an object with agent_id and timestamp"})
    ]


def push(item: PushedSummary, _: Settings) -> PushSummary:
    """Read a summary."""
    try:
        stated = _decode(item.summary)
    except msgspec.ValidationError as error:
        sentence = explain(str(error), StatedSummary, parse_json(bytes(item.summary)), "the summary")
        raise BadInput(sentence) from None
    return PushSummary(summary_of(stated, _decode_fields(item.summary)))


def _speaker(command: PushSummary) -> str:
    return name_of(command.summary.agent_id)


INGESTS = (Ingest("federation.summary_pushed", PushedSummary, push, "submit", _speaker),)
