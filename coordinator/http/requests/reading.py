"""Reading what a request says: its JSON body, and why one of its values does not fit."""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from math import inf
from typing import Any, TypeVar

import msgspec
from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.datastructures.headers import Accept
from litestar.enums import ParamType, RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.types import Empty, Receive

from coordinator.http.requests.forms import NO_FORM, read_form
from coordinator.http.requests.refusals import WrongMediaType
from coordinator.http.requests.sentences import accepted, explain
from coordinator.http.requests.values import beside, require_few_values
from core.refusals import BadInput, TooLarge
from core.wording import shortened

_JSON = re.compile(rb"application/(?:[\w.+-]+\+)?json", re.IGNORECASE)
_MISSING = re.compile(r"^Missing required (?P<where>\w+) parameter '(?P<name>[^']+)'")
_PLACE = re.compile(r"`\$\.(?P<field>[^.\[\]`]+)")
_TEXT_OR_LONG_NUMBER = re.compile(rb'"(?:[^"\\]|\\.)*"|(?<![\d.eE+-])(-\d{4300,}|\d{4301,})(?![\d.eE])', re.DOTALL)
_WHOLE_NUMBER = re.compile(r"-?\d{1,30}", re.ASCII)
_MAX_ACCEPT = 1_000
_DIGITS_READ = 4_300
_MAX_FIELDS = 1_000
_NO_BODY = "Object missing required field `data`"
_decode = msgspec.json.Decoder().decode

StructT = TypeVar("StructT", bound=msgspec.Struct)


async def read_ahead(request: Request[Any, Any, Any]) -> None:
    """Read a form whose fields a handler is given: Litestar would decode each as it says of itself, whatever that takes.

    Raises:
        BadInput: it is none with files, or is cut short, or a text in it is none.
        TooLarge: it has more parts than any form of ours.
        WrongMediaType: it is said to be packed.
    """
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        raise BadInput(NO_FORM)
    await request.form()


class JSONRequest(Request[Any, Any, Any]):
    """A request whose JSON body is read with care.

    Litestar reads a body as JSON whatever its media type, and lets through as faults of the program what is wrong with
    the bytes.
    """

    __slots__ = ()

    @property
    def accept(self) -> Accept:
        """Return what the client would rather have; of a header longer than any client's, what its beginning says."""
        said = self.headers.get("accept", "*/*")
        return Accept(said if len(said) <= _MAX_ACCEPT else said[:_MAX_ACCEPT].rpartition(",")[0] or "*/*")

    async def body(self) -> bytes:
        """Return the whole body.

        Raises:
            RequestEntityTooLarge: it is longer than is accepted.
            InternalServerException: the client went away before it had sent all.
        """
        if self._body is Empty and self._connection_state.body is Empty and self.is_connected:
            message: Any = await self.receive()
            body: bytes | None = None if message.get("more_body") else message.get("body")
            if body is not None and len(body) <= (self.route_handler.resolve_request_max_body_size() or inf):
                # Nearly every body comes whole, and Litestar's stream with its headers takes a tenth of a request.
                self.is_connected = False
                self._body = self._connection_state.body = body
                return body
            self.receive = _beginning_with(message, self.receive)
        return await super().body()

    async def json(self) -> Any:
        """Return the body, decoded; None when it is empty.

        Raises:
            WrongMediaType: the request says that it is something else.
            BadInput: it is no JSON.
            TooLarge: it holds more values than are decoded.
        """
        body = await self.json_text()
        self._json = self._connection_state.json = await beside(body, parse_json) if body else None
        return self._json

    async def json_text(self) -> bytes:
        """Return the body as it was sent.

        Raises:
            WrongMediaType: the request says that it is something else than JSON, or JSON that is packed.
        """
        for name, value in self.scope["headers"]:
            if name == b"content-encoding":
                require_unpacked(value.decode("latin-1"))
            if name == b"content-type" and not is_json(value):
                said = shortened(value.decode("latin-1"))
                raise WrongMediaType(f"The body is said to be {said!r}; application/json is accepted.")
        return await self.body()

    async def exact(self, kind: type[StructT]) -> StructT:
        """Return the body as a struct whose `msgspec.Raw` fields hold numbers of any length, digit for digit.

        Raises:
            WrongMediaType: the request says that it is something else than JSON.
            BadInput: it is no JSON, or does not fit.
            TooLarge: it holds more values than are decoded.
        """
        return await beside(await self.json_text(), partial(_exact, kind))

    async def form(self) -> FormMultiDict:
        """Return the fields of a form.

        Raises:
            BadInput: it is none, or is cut short, or a text in it is none.
            TooLarge: it has more of them than any form of ours.
            WrongMediaType: it is said to be packed.
        """
        require_unpacked(self.headers.get("content-encoding", ""))
        if self.content_type[0] == RequestEncodingType.URL_ENCODED:
            fields = (await self.body()).count(b"&") + 1
            if fields > _MAX_FIELDS:
                raise TooLarge(f"The form has {fields} fields; at most {_MAX_FIELDS} are accepted.")
        said, options = self.content_type
        if said == RequestEncodingType.MULTI_PART and self._connection_state.form is Empty:
            self._connection_state.form = await read_form(self.stream(), options.get("boundary") or "")
        return await super().form()


def _exact(kind: type[StructT], body: bytes) -> StructT:
    require_few_values(body)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise BadInput(explain(str(error), kind, parse_json(body))) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        parse_json(body)  # says where it stops being JSON
        raise


def _beginning_with(message: Any, receive: Receive) -> Receive:
    """Return what receives a message that was taken already, and then what comes after it."""
    taken = [message]

    async def received() -> Any:
        return taken.pop() if taken else await receive()

    return received


def require_unpacked(coding: str) -> None:
    """Turn away a body that is said to be packed, `gzip` for one; empty says nothing.

    Raises:
        WrongMediaType: it is.
    """
    if coding.strip().lower() not in {"", "identity"}:
        raise WrongMediaType(
            f"The body is said to be packed by {shortened(coding)!r}; one that is not packed is accepted."
        )


@lru_cache(256)
def is_json(content_type: bytes) -> bool:
    """Tell whether a Content-Type is JSON's; one that is empty says nothing."""
    media_type = content_type.partition(b";")[0].strip()
    return not media_type or _JSON.fullmatch(media_type) is not None


def parse_json(body: bytes) -> Any:
    """Decode JSON of any shape; whole numbers too long for msgspec become text.

    Raises:
        BadInput: it is not JSON; the sentence says from which character on.
        TooLarge: it holds more values than are decoded.
    """
    require_few_values(body)
    try:
        try:
            return _decode(body)
        except msgspec.ValidationError:  # of JSON of any shape nothing else can be wrong
            return _decode(quote_long_numbers(body))
    except RecursionError:
        raise BadInput("The body is nested too deeply; a few levels are accepted.") from None
    except UnicodeDecodeError as error:
        raise BadInput(
            f"The body is not UTF-8 (byte {error.start} of a text in it); JSON in UTF-8 is accepted."
        ) from None
    except msgspec.ValidationError:  # of a value of any shape, the only one
        raise BadInput("A number in the body is too large; numbers up to 1.7e308 are accepted.") from None
    except msgspec.DecodeError as error:
        said = str(error).removeprefix("JSON is malformed: ").removeprefix("Input data was ")
        raise BadInput(f"The body is not JSON: {said}; a JSON value in UTF-8 is accepted.") from None


def quote_long_numbers(body: bytes) -> bytes:
    """Turn whole numbers of JSON that have more than 4,300 characters, which msgspec does not read, into texts."""
    if len(body) <= _DIGITS_READ:
        return body
    return _TEXT_OR_LONG_NUMBER.sub(lambda found: b'"%b"' % found[1] if found[1] else found[0], body)


def sentence_for(request: Request[Any, Any, Any], error: HTTPException) -> str:
    """Say which value of a request was wrong, in what way, and what would be accepted."""
    model = request.route_handler.signature_model
    missing = _MISSING.match(error.detail)
    if missing is not None:
        where, name = missing["where"], missing["name"]
        return f"The {where} parameter {name} is missing; {_accepted(model, name)} is required."
    said = str(error.__cause__ or "")
    if said.startswith(_NO_BODY):
        return f"The body is missing; {_accepted(model, 'data')} is required."
    place = _PLACE.search(said)
    if place is None:
        return error.detail if error.detail.endswith(".") else f"{error.detail}."
    field = place["field"]
    said = said.replace(f"`$.{field}", "`$", 1)
    if field == "data":
        state = request._connection_state  # noqa: SLF001 - what was read is kept there
        return explain(said, model.__annotations__["data"], state.json if state.form is Empty else state.form)
    where, name, value = _parameter(request, model, field)
    return explain(said, model.__annotations__[field], value, f"the {where} parameter {name}", nullable=False)


def _accepted(model: type[msgspec.Struct], field: str) -> str:
    return accepted(msgspec.inspect.type_info(model.__annotations__.get(field, str)))


def _parameter(request: Request[Any, Any, Any], model: Any, field: str) -> tuple[str, str, Any]:
    """Return where a handler's parameter comes from, its name there, and its value: a number when it spells one."""
    definition = model._fields[field].kwarg_definition
    name = str(getattr(definition, "name", None) or field)
    where = getattr(definition, "param_type", ParamType.QUERY)
    values: Mapping[str, Any] = {
        ParamType.QUERY: request.query_params,
        ParamType.PATH: request.path_params,
        ParamType.HEADER: request.headers,
        ParamType.COOKIE: request.cookies,
    }[where]
    value = values.get(name)
    number = isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value)
    return where.value, name, int(number[0]) if number else value
