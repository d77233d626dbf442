"""Answers as tables: what lists things in JSON is given as CSV to whoever asks for that, at the same address.

An address is tabular when its answer is a list of structs, or a struct that has such lists; then `of` names which one.
Each field is a column; what is no single value stands there as JSON.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, get_args, get_origin

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse

from coordinator.http.caller import AnyRequest
from coordinator.http.comma_separated import MEDIA_TYPE, Cell, comma_separated
from core.refusals import BadInput

Tables = dict[str, type[msgspec.Struct]]
"""What stands in the rows of each list of an answer, by the field; the field is empty when the answer is the list."""

FORMAT, OF = "format", "of"
_FORMS = ("json", "csv")


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


def _item_of(annotation: Any) -> type[msgspec.Struct] | None:
    item = next(iter(get_args(annotation)), None) if get_origin(annotation) is list else None
    return item if isinstance(item, type) and issubclass(item, msgspec.Struct) else None


def tables_of(handler: Any) -> Tables:
    """Return the tables that a route answers with."""
    if not isinstance(handler, HTTPRouteHandler) or "GET" not in handler.http_methods:
        return {}
    return tables_in(handler.parsed_fn_signature.return_type.annotation)


def asks_for_csv(request: AnyRequest) -> bool:
    """Tell whether somebody asks for CSV; `format` goes before the header Accept.

    Raises:
        BadInput: `format` is neither `csv` nor `json`.
    """
    said: str | None = request.query_params.get(FORMAT)
    if said is None:
        best = (
            request.accept.best_match(["application/json", MEDIA_TYPE])
            if "csv" in request.headers.get("accept", "")
            else ""
        )
        return bool(best == MEDIA_TYPE)
    if said not in _FORMS:
        raise BadInput(f"format is {said[:40]!r}; {' or '.join(_FORMS)} is accepted.")
    return said == "csv"


def header(item: type[msgspec.Struct]) -> bytes:
    """Write the names of the columns."""
    return comma_separated([item.__struct_fields__])


def lines(items: Iterable[msgspec.Struct]) -> bytes:
    """Write a row for each struct."""
    return comma_separated([_cell(value) for value in msgspec.structs.astuple(item)] for item in items)


def _cell(value: Any) -> Cell:
    if isinstance(value, bool) or not isinstance(value, Cell):
        return bytes(value if isinstance(value, msgspec.Raw) else msgspec.json.encode(value)).decode()
    return value


class Tabular(Response[Any]):
    """An answer that is given as a table to whoever asks for one; any other is given as it is."""

    def to_asgi_response(self, *given: Any, **options: Any) -> ASGIResponse:
        """Make the response."""
        request: AnyRequest = options["request"]
        tables = tables_of(request.route_handler) if request.method == "GET" else {}
        if tables:
            self.headers.setdefault("Vary", "Accept")
        if not tables or not asks_for_csv(request):
            return super().to_asgi_response(*given, **options)
        name = _chosen(tables, request)
        rows = _rows(self.content, tables, name)
        headers = {**self.headers, "Content-Disposition": f'inline; filename="{name or "rows"}.csv"'}
        body = header(tables[name]) + lines(rows)
        return Response(body, media_type=MEDIA_TYPE, headers=headers).to_asgi_response(*given, **options)


def _chosen(tables: Tables, request: AnyRequest) -> str:
    """Return which table is asked for: the first one unless another is named.

    Raises:
        BadInput: there is none of this name.
    """
    named: str | None = request.query_params.get(OF)
    if not named or set(tables) == {""}:
        return next(iter(tables))
    if named not in tables:
        raise BadInput(f"of is {named[:40]!r}; {' or '.join(tables)} is accepted.")
    return named


def _rows(content: Any, tables: Tables, name: str) -> Sequence[msgspec.Struct]:
    """Return the rows of a table; some answers are long, and written as JSON where they were read."""
    if isinstance(content, bytes):
        return [msgspec.convert(row, tables[name]) for row in msgspec.json.decode(content)]
    chosen: Sequence[msgspec.Struct] = getattr(content, name) if name else content
    return chosen
