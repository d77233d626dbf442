"""The form of a number's page for what programs printed that were run by hand: first a preview, then it counts."""

from collections.abc import Mapping

import msgspec
from litestar.datastructures import UploadFile

from coordinator.http.commanding import Wish, perform_wishes
from coordinator.http.shared import shared_of
from coordinator.pages.forms.posting import Form, Sent
from coordinator.writer.outcome import Outcome
from core.encodings import text_of
from core.factoring.answers.shapes import CurvesAnswer
from core.factoring.formats.handing_in import HandedIn, hand_in
from core.refusals import BadInput, Unknown
from core.wording import shortened
from projections.factoring.lists import catalogue

_LONGEST = 1024 * 1024
_AT_ONCE = 500


class _Filled(msgspec.Struct, frozen=True):
    """The form, as it was filled in."""

    text: str = ""
    client: str = ""
    confirmed: str = ""


async def _hand_in(sent: Sent) -> str | Mapping[str, object]:
    """Show what a text would bring; when that was seen and confirmed, record it."""
    filled = await _filled(sent)
    number = await sent.node.readers["factoring"].query(catalogue.number_by_id, sent.read_id("number"))
    if number is None:
        raise Unknown(f"There is no number with the id {shortened(sent.values['number'])!r}.")
    ceiling = shared_of(sent.request).settings.number_ceiling_digits
    found = await sent.node.preparation.run(hand_in, filled.text, number.value, ceiling)
    if filled.confirmed != "yes" or not found.reports:
        return {"handed_in": found.foreseen, "may_count": bool(found.reports), "said": msgspec.structs.asdict(filled)}
    return f"{sent.done(await _record(sent, filled, found))}#report-title"


async def _filled(sent: Sent) -> _Filled:
    file = sent.fields.get("file")
    filled = msgspec.structs.replace(
        sent, fields={name: value for name, value in sent.fields.items() if name != "file"}
    ).read(_Filled)
    if isinstance(file, UploadFile) and file.filename:
        filled = msgspec.structs.replace(filled, text=text_of(await file.read()))
    if not filled.text.strip():
        raise BadInput("Choose a file, or put what the program printed into the field: one of the two is accepted.")
    if not filled.client.strip():
        raise BadInput("Say who ran it: the curves are credited to that name.")
    return filled


async def _record(sent: Sent, filled: _Filled, found: HandedIn) -> Outcome[CurvesAnswer]:
    """Record the reports; the same text for the same number, sent again, is answered as the first time."""
    wishes = [
        Wish(command=report, client=filled.client.strip(), content=f"{sent.values['number']} {origin}".encode())
        for report, origin in zip(found.reports, found.origins, strict=True)
    ]
    last: Outcome[CurvesAnswer] | None = None
    for start in range(0, len(wishes), _AT_ONCE):
        for result in await perform_wishes(sent.request, wishes[start : start + _AT_ONCE]):
            if isinstance(result, Exception):
                raise result
            last = result
    assert last is not None, "there is a report"
    return last


FORM = Form("/composites/{number}/report", "/composites/{number}", _hand_in, "work", _LONGEST)
