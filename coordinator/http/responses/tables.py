"""Tables for people and programs: lists of structs whose fields are the columns, given as JSON or CSV where they are shown.

An address of the API is tabular when its answer is a list of structs, or a struct that has such lists; a page names its
tables itself. `format` says in what form to answer and `of` which table is meant; what is no single value stands in CSV
as JSON. A list that comes in pages says how many rows there are and where the pages around are, and gives all of them
with `size=all`.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args, get_origin
from urllib.parse import parse_qsl, quote, urlencode

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from coordinator.http.browsers import AS, FORMAT
from coordinator.http.caller import AnyRequest
from coordinator.http.responses.comma_separated import CSV, Cell, comma_separated
from coordinator.projecting.readers import Readers
from core.refusals import BadInput
from core.wording import shortened

Form: TypeAlias = Literal["html", "json", "csv", "svg"]
"""What an address answers with."""

Kind = type[msgspec.Struct]
Tables = Mapping[str, Kind]
"""What stands in the rows of each list of an answer, by the field; the field is empty when the answer is the list."""

MEDIA_TYPES: dict[Form, str] = {"html": "text/html", "json": "application/json", "csv": CSV, "svg": "image/svg+xml"}
OF = "of"
_API: tuple[Form, ...] = ("json", "csv")
_EXACT_IN_JSON = 2**53


class Paging(msgspec.Struct, frozen=True):
    """Where a page of a list lies.

    Attributes:
        total: how many rows there are in all.
        page: which one it is, from 1.
        size: how many rows fit on one.
        name: of the parameter that asks for another one.
    """

    total: int
    page: int
    size: int
    name: str = "page"

    @property
    def last(self) -> int:
        """The last page that there is."""
        return max(-(-self.total // self.size), 1)

    @property
    def rows(self) -> slice:
        """Which of all rows are on it."""
        return slice((self.page - 1) * self.size, self.page * self.size)


class Whole(msgspec.Struct, frozen=True):
    """All of a list.

    Attributes:
        kind: what stands in its rows.
        readers: where they are read.
        rows: reads them, one after the other.
    """

    kind: Kind
    readers: Readers
    rows: Callable[[sqlite3.Connection], Iterable[msgspec.Struct]]


class Table(msgspec.Struct, frozen=True):
    """A table that a page shows.

    Attributes:
        name: by which the address asks for it (`of=missed`).
        kind: what stands in its rows.
        rows: the data, made when it is asked for; big numbers as text, times in ISO 8601.
        paging: which part of a list they are; None for all of it.
        whole: the list that they are a part of, None when it can't be had in one go.
        following: what changes in the address for the rows that follow; empty when none do, or there are pages.
    """

    name: str
    kind: Kind
    rows: Iterable[msgspec.Struct]
    paging: Paging | None = None
    whole: Whole | None = None
    following: Mapping[str, int] = {}


def form_of(request: AnyRequest, forms: Sequence[Form] = _API) -> Form:
    """Return in what form an address is asked for: what it says itself goes before the header Accept.

    Pages, which are among the forms `html`, take `as` for `format` too.

    Raises:
        BadInput: it is asked for in none of the forms.
    """
    name = AS if "html" in forms and FORMAT not in request.query_params else FORMAT
    said: str | None = request.query_params.get(name)
    if said:
        found = next((form for form in forms if form == said), None)
        if found is None:
            raise BadInput(f"{name} is {shortened(said)!r}; {' or '.join(forms)} is accepted.")
        return found
    if request.headers.get("accept", "*/*") == "*/*":
        return forms[0]
    best = request.accept.best_match([MEDIA_TYPES[form] for form in forms])
    return next((form for form in forms if MEDIA_TYPES[form] == best), forms[0])


def named(tables: Sequence[str], request: AnyRequest) -> str | None:
    """Return which table is asked for, None when it does not matter which.

    Raises:
        BadInput: there is none of this name.
    """
    name: str | None = request.query_params.get(OF)
    if not name or set(tables) == {""}:
        return None
    if name not in tables:
        raise BadInput(f"of is {shortened(name)!r}; {' or '.join(tables)} is accepted.")
    return name


def header(kind: Kind) -> bytes:
    """Write the names of the columns."""
    return comma_separated([kind.__struct_fields__])


def lines(rows: Iterable[msgspec.Struct]) -> bytes:
    """Write a line of CSV for each row."""
    return comma_separated([_cell(value) for value in msgspec.structs.astuple(row)] for row in rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool) or not isinstance(value, Cell):
        return bytes(value if isinstance(value, msgspec.Raw) else msgspec.json.encode(value)).decode()
    return value


def in_json(tables: Iterable[Table]) -> bytes:
    """Write tables as one JSON object: by the name of each its rows, which are objects."""
    return msgspec.json.encode({table.name: [_exact(row) for row in table.rows] for table in tables})


def _exact(row: msgspec.Struct) -> dict[str, Any]:
    """Return a row by its columns, whole numbers that a browser would round as text."""
    return {
        name: str(value) if isinstance(value, int) and abs(value) > _EXACT_IN_JSON else value
        for name, value in msgspec.structs.asdict(row).items()
    }


def as_file(name: str) -> dict[str, str]:
    """Return the header that names a table for whoever keeps it."""
    return {"Content-Disposition": f'inline; filename="{name or "rows"}.csv"'}


def place_of(request: AnyRequest, paging: Paging) -> dict[str, str]:
    """Return the headers that say how many rows a list has, and where its pages are (RFC 8288)."""
    around = {"first": 1, "prev": paging.page - 1, "next": paging.page + 1, "last": paging.last}
    # Lists that are asked for by `limit` have an `offset` in place of the page.
    by_offset = request.query_params.keys() & {"limit", "offset"}
    turns = {
        name: {"offset": (to - 1) * paging.size} if by_offset else {paging.name: to}
        for name, to in around.items()
        if 1 <= to <= paging.last
    }
    return {"X-Total-Count": str(paging.total), "Link": ", ".join(link(request, *turn) for turn in turns.items())}


def link(request: AnyRequest, name: str, turn: Mapping[str, int]) -> str:
    """Return the link to another part of a list, at the same address with some of its query changed."""
    query = dict(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
    # The server hands on the path decoded; a header takes ASCII, and `%`, `?` or `>` of a name would end it early.
    return f'<{quote(request.scope["path"])}?{urlencode({**query, **turn})}>; rel="{name}"'


@lru_cache(maxsize=1_024)
def tables_in(annotation: Any) -> Tables:
    """Return the tables that an answer of some type has."""
    if isinstance(get_origin(annotation), type) and issubclass(get_origin(annotation), Response):
        return tables_in(get_args(annotation)[0])
    item = _item_of(annotation)
    if item is not None:
        return {"": item}
    if not (isinstance(annotation, type) and issubclass(annotation, msgspec.Struct)):
        return {}
    fields = ((field.name, _item_of(field.type)) for field in msgspec.structs.fields(annotation))
    return {name: item for name, item in fields if item is not None}


def _item_of(annotation: Any) -> Kind | None:
    item = next(iter(get_args(annotation)), None) if get_origin(annotation) is list else None
    return item if isinstance(item, type) and issubclass(item, msgspec.Struct) else None


def tables_of(handler: Any) -> Tables:
    """Return the tables that a route answers with."""
    if not isinstance(handler, HTTPRouteHandler) or "GET" not in handler.http_methods:
        return {}
    return tables_in(handler.parsed_fn_signature.return_type.annotation)


class Tabular(Response[Any]):
    """An answer that is given as a table to whoever asks for one; any other is given as it is."""

    def to_asgi_response(self, *given: Any, **options: Any) -> ASGIResponse:
        """Make the response."""
        request: AnyRequest = options["request"]
        tables = tables_of(request.route_handler) if request.method == "GET" else {}
        if not tables:
            return super().to_asgi_response(*given, **options)
        self.headers.setdefault("Vary", "Accept")
        size = getattr(self.content, "size", getattr(self.content, "page_size", None))
        if size and hasattr(self.content, "total"):
            self.headers.update(place_of(request, Paging(self.content.total, self.content.page, size)))
        elif following := getattr(self.content, "next", None):
            self.headers["Link"] = link(request, "next", {"after": following})
        if form_of(request) == "json":
            return super().to_asgi_response(*given, **options)
        name = named(list(tables), request) or next(iter(tables))
        body = header(tables[name]) + lines(_rows(self.content, tables, name))
        headers = {**self.headers, **as_file(name)}
        return Response(body, media_type=CSV, headers=headers).to_asgi_response(*given, **options)


def _rows(content: Any, tables: Tables, name: str) -> Iterable[msgspec.Struct]:
    """Return the rows of a table; some answers are long, and written as JSON where they were read."""
    if isinstance(content, bytes):
        return _decoded(content, tables[name], name)
    chosen: Sequence[msgspec.Struct] = getattr(content, name) if name else content
    return chosen


def _decoded(content: bytes, kind: Kind, name: str) -> Iterator[msgspec.Struct]:
    decoded = msgspec.json.decode(content)
    return (msgspec.convert(row, kind) for row in (decoded[name] if name else decoded))
