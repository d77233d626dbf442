"""Handing in numbers, many at a time: a bad one is reported and never stops its neighbours."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from coordinator.http.bulk.ingest import Item
from coordinator.http.caller import AnyRequest, needs
from coordinator.http.commanding import Wish, content_of, idempotency_key, perform_wishes
from coordinator.http.factoring.parameters import PriorityField
from coordinator.http.factoring.shapes import PriorCurves, digits_of, milli_of, prior_of
from coordinator.http.requests.sentences import explain
from coordinator.http.responses.problems import may_answer
from coordinator.http.responses.receipts import receipt
from coordinator.http.shared import shared_of
from coordinator.http.workers.attendance import unattended
from coordinator.setup.settings import Settings
from coordinator.time.turns import in_turns
from coordinator.writer.outcome import Outcome
from core.bigint import abbreviate
from core.factoring.answers.shapes import CompositeAnswer, CurvesAnswer
from core.factoring.commands.numbers import DescribeNumber, SubmitComposite
from core.factoring.notation.names import in_plain_signs
from core.factoring.numbers.changing import check_difficulty
from core.refusals import BadInput, Conflict, Refusal, TooLarge
from core.wording import shortened

GROUP = 500
MAX_ITEMS = 10_000
_LONGEST_SHOWN = 200
_MOST_NAMED = 5


class NewComposite(msgspec.Struct, frozen=True, kw_only=True):
    """A number to factor, with what was done on it elsewhere.

    Attributes:
        number: digits or an expression such as `2^1277-1`, `(10^151-1)/9`, `120!+1`, `97#+1`.
        target_t_level: how thoroughly to search, in digits.
        priority: the higher, the earlier.
        project: what it belongs to.
        prior_t_level: the t-level that it has reached elsewhere.
        work: curves that were run elsewhere, in a list or as `tallystick tlevel` reads them: `513@25e4;100@1e6,0,p=3`.
        name: under which people know it, such as `276:611`.
        snfs_difficulty: of a special form that its expression doesn't tell, in digits; 0 for none.
    """

    number: str | int
    target_t_level: float | None = None
    priority: int | None = None
    project: str | None = None
    prior_t_level: float | None = None
    work: str | list[PriorCurves] | None = None
    name: str | None = None
    snfs_difficulty: int | None = None


class SubmittedComposite(Item, frozen=True, kw_only=True):
    """The same as an item of the bulk address, with an id of its own; of a special form `/composites/bulk` can be told."""

    number: str | int
    target_t_level: float | None = None
    priority: int | None = None
    project: str | None = None
    prior_t_level: float | None = None
    work: str | list[PriorCurves] | None = None
    name: str | None = None


class Composites(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers to factor, each read by itself, and the priority and project of those that tell of none."""

    composites: list[Any]
    default_priority: PriorityField | None = None
    project_name: str | None = None


class CompositeError(msgspec.Struct, frozen=True):
    """Why an item was not taken."""

    index: int
    number: str
    error: str


class TakenComposite(msgspec.Struct, frozen=True):
    """A number that is on record; `read_as` is its name written out, `2^1277-1` of `M1277`, null where it has none."""

    id: int
    number: str
    composite: str
    digit_length: int
    target_t_level: float
    current_t_level: float
    status: str
    primality: str
    read_as: str | None = None


class BulkResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result for the numbers handed in; a message says which fields are not known here, and that nobody runs curves, when so."""

    input_count: int
    new_composites: int
    existing_composites: int
    updated_composites: int
    invalid_numbers: int
    errors: list[CompositeError]
    composites: list[TakenComposite]
    message: str | None = None


@post(
    "/composites/bulk",
    status_code=200,
    guards=[needs("submit")],
    summary="Hand in numbers to factor",
    responses=may_answer(400, 413, 415, 503),
)
async def submit_bulk(
    request: AnyRequest, data: JSONBody[list[Any] | Composites], settings: NamedDependency[Settings]
) -> Response[BulkResult]:
    """Take a list of `{"number", "target_t_level"?, "priority"?, "project"?, "name"?, "snfs_difficulty"?}`, or an object that
    holds one.

    The object is `{"composites": […], "default_priority"?, "project_name"?}`. A number may also stand alone, without
    an object around it. A number that is known already is not taken twice; a target, priority or project that differs
    is changed.
    """  # noqa: D205 - the first sentence is a long one
    many = data if isinstance(data, Composites) else Composites(composites=data)
    if len(many.composites) > MAX_ITEMS:
        raise TooLarge(f"{len(many.composites)} numbers were sent; at most {MAX_ITEMS} are accepted at once.")
    result, last = await take(
        request, many.composites, settings, priority=many.default_priority, project=many.project_name or ""
    )
    notes = [
        *(_left_out([await request.json()], Composites) if many is data else ()),
        *_left_out(many.composites, NewComposite),
    ]
    told = msgspec.structs.replace(result, message=" ".join([*notes, *filter(None, [result.message])]) or None)
    return Response(told, headers=receipt(last) if last else {})


def _left_out(objects: Sequence[Any], kind: type[msgspec.Struct]) -> list[str]:
    """Say which of their fields count for nothing: clients of the system replaced send some, and people misspell others."""
    known = kind.__struct_fields__
    unknown = sorted({field for one in objects if isinstance(one, dict) for field in one.keys() - set(known)})
    if not unknown:
        return []
    named = ", ".join(map(shortened, unknown[:_MOST_NAMED])) + (", …" if len(unknown) > _MOST_NAMED else "")
    return [f"Not known here, and left out: {named}; the fields are {', '.join(known)}."]


async def take(
    request: AnyRequest, items: Sequence[Any], settings: Settings, *, priority: int | None, project: str
) -> tuple[BulkResult, Outcome | None]:
    """Take numbers in groups, between which other requests come in; return what became of them, and the last receipt.

    Raises:
        Conflict: the request's key was used before for other content.
        Unavailable: nothing can be written; whatever was taken before stays taken, and a resend finds it.
    """
    key = idempotency_key(request)
    content = await content_of(request) if key else b""
    tally = _Tally()
    # Behind a key the first goes alone: when it came with other content before, nothing of this is taken.
    starts = [0, *range(1, len(items), GROUP)] if key else range(0, len(items), GROUP)
    for start, end in pairwise([*starts, len(items)]):
        commands, refused = await _commands(items[start:end], start, settings, priority, project)
        tally.errors += refused
        wishes = {i: Wish(command=c, content=content, key=f"{key}/{i}" if key else "") for i, c in commands.items()}
        results = await perform_wishes(request, list(wishes.values()))
        forms: list[Wish[CompositeAnswer | CurvesAnswer]] = []
        async for index, result in in_turns(zip(wishes, results, strict=True)):
            if isinstance(result, Outcome):
                tally.note(result, items[index])
                forms += _special_form(items[index], result.answer.number, wishes[index])
            elif isinstance(result, Refusal) and not isinstance(result, Conflict):
                tally.errors.append(CompositeError(index, _shown(items[index]), result.sentence))
            else:
                raise result
        for noted in await perform_wishes(request, forms) if forms else ():
            if isinstance(noted, Exception):
                raise noted
            tally.last = noted if noted.position else tally.last
    nobody = unattended(shared_of(request).node, settings).get("factoring") if tally.taken else None
    return tally.result(len(items), nobody), tally.last


class _Tally:
    """The outcomes for the numbers so far, and the last receipt."""

    def __init__(self) -> None:
        self.errors: list[CompositeError] = []
        self.taken: list[TakenComposite] = []
        self.last: Outcome | None = None
        self._outcomes: Counter[str] = Counter()

    def note(self, outcome: Outcome[CompositeAnswer], item: Any) -> None:
        self._outcomes[outcome.answer.outcome] += 1
        self.taken.append(_taken(outcome.answer, item))
        self.last = outcome if outcome.position else self.last

    def result(self, sent: int, message: str | None) -> BulkResult:
        return BulkResult(
            input_count=sent,
            new_composites=self._outcomes["new"],
            existing_composites=self._outcomes["existing"],
            updated_composites=self._outcomes["updated"],
            invalid_numbers=len(self.errors),
            errors=sorted(self.errors, key=lambda error: error.index),
            composites=self.taken,
            message=message,
        )


async def _commands(
    items: Sequence[Any], first: int, settings: Settings, priority: int | None, project: str
) -> tuple[dict[int, SubmitComposite], list[CompositeError]]:
    """Read items, of which the first has that index; return the commands by index, and why others are none."""
    commands: dict[int, SubmitComposite] = {}
    errors: list[CompositeError] = []
    async for index, item in in_turns(enumerate(items, first)):
        try:
            commands[index] = _command(item, settings, priority, project)
        except BadInput as refusal:
            errors.append(CompositeError(index, _shown(item), refusal.sentence))
    return commands, errors


def submission(
    new: NewComposite | SubmittedComposite, settings: Settings, priority: int | None = None, project: str = ""
) -> SubmitComposite:
    """Read a number that is handed in, in whatever envelope, and what holds for those that do not say otherwise."""
    return SubmitComposite(
        text=str(new.number),
        ceiling_digits=settings.number_ceiling_digits,
        target_milli=milli_of(new.target_t_level),
        priority=new.priority if new.priority is not None else priority,
        project=new.project or project,
        prior=prior_of(new.prior_t_level, new.work),
        name=new.name or "",
    )


def _command(item: Any, settings: Settings, priority: int | None, project: str) -> SubmitComposite:
    fields = item if isinstance(item, dict) else {"number": item}
    try:
        new = msgspec.convert(fields, NewComposite)
    except msgspec.ValidationError as error:
        raise BadInput(explain(str(error), NewComposite, fields)) from None
    check_difficulty(new.snfs_difficulty)
    return submission(new, settings, priority, project)


def _special_form(
    item: Any, number: int, submitted: Wish[CompositeAnswer]
) -> list[Wish[CompositeAnswer | CurvesAnswer]]:
    """Return what notes the special form of a number that was taken, if the item tells of one."""
    difficulty = item.get("snfs_difficulty") if isinstance(item, dict) else None
    if difficulty is None:
        return []
    key = f"{submitted.key}/form" if submitted.key else ""
    return [Wish(command=DescribeNumber(number, difficulty), content=submitted.content, key=key)]


def _shown(item: Any) -> str:
    """Return the number of an item as it was sent, unless it is long; what is no text as JSON."""
    number = item.get("number", "") if isinstance(item, dict) else item
    text = number if isinstance(number, str) else msgspec.json.encode(number).decode()
    return text if len(text) <= _LONGEST_SHOWN else abbreviate(text)


def _taken(answer: CompositeAnswer, item: Any) -> TakenComposite:
    written = str(item["number"] if isinstance(item, dict) else item)
    plain = in_plain_signs(written)
    return TakenComposite(
        id=answer.number,
        number=written,
        composite=answer.value,
        digit_length=answer.digits,
        target_t_level=digits_of(answer.target_milli),
        current_t_level=digits_of(answer.t_milli),
        status=answer.status,
        primality=answer.primality,
        read_as=plain if plain != written.strip() else None,
    )
