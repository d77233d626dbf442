"""The description of the API: what Litestar knows of the routes, and what only the coordinator knows of them.

Litestar describes addresses, parameters, bodies and answers. Added here: which role a route needs and how a key is
sent, the errors that any route may answer with, and the header fields that every write understands and answers with.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

from coordinator.http.admission.door import ROLES_OPTION
from coordinator.http.browsers import FORMAT, is_shown
from coordinator.http.bulk.handing_in import MAX_ITEMS
from coordinator.http.commanding import MAX_KEY
from coordinator.http.past import AS_OF, knows_the_past
from coordinator.http.responses.comma_separated import CSV
from coordinator.http.responses.problems import MEDIA_TYPE, Problem, title_of
from coordinator.http.responses.streamed import NDJSON, streams_of
from coordinator.http.responses.tables import OF, Tables, tables_of
from core.access.roles import Role

_REFERENCE = "#/components/schemas/{name}"
_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE.format(name="Problem")}}}

_KEYS: dict[str, dict[str, str]] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key as `Authorization: Bearer`."},
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."},
    "adminKey": {"type": "apiKey", "in": "header", "name": "X-Admin-Key", "description": "The admin key."},
}

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The sender's own id for the request; the same key with the same content gets the same answer again.",
    "schema": {"type": "string", "maxLength": MAX_KEY, "pattern": '^[!-"$-~]*$'},
}

_AS_OF = {
    "name": AS_OF,
    "in": "query",
    "required": False,
    "description": "Answer from this moment of the past: the position of an event, or an ISO 8601 time.",
    "schema": {"type": "string"},
}

_FORMAT = {
    "name": FORMAT,
    "in": "query",
    "required": False,
    "description": "In what form to answer; goes before the header Accept.",
    "schema": {"type": "string", "enum": ["json", "csv"]},
}

_OF = {"name": OF, "in": "query", "required": False, "description": "As CSV: which of the answer's lists."}

_RECEIPT = {
    "Tallystick-Position": {
        "description": "Position of the last event that was recorded.",
        "schema": {"type": "integer"},
    },
    "Tallystick-Hash": {
        "description": "SHA-256 of that event, to check later that the log still holds it.",
        "schema": {"type": "string"},
    },
    "Tallystick-Repeated": {
        "description": "`true` when the same was accepted before.",
        "schema": {"type": "string", "enum": ["true"]},
    },
}


class _Unserved(Router):
    """Takes the routes under which Litestar would serve its own pages, and serves none: ours show the whole API."""

    def register(self, value: ControllerRouterHandler) -> list[Any]:  # noqa: ARG002 - as the base class asks
        """Register nothing."""
        return []


def configuration(version: str) -> OpenAPIConfig:
    """Return what Litestar needs to describe the routes."""
    return OpenAPIConfig(
        title="Tallystick",
        version=version,
        description="One event-sourced coordinator for distributed number theory.",
        use_handler_docstrings=True,
        openapi_router=_Unserved("/", route_handlers=[]),
    )


def describe(app: Litestar, bodies: Mapping[str, Any], items: Mapping[str, type]) -> dict[str, Any]:
    """Return the OpenAPI description of an application.

    Args:
        app: the application.
        bodies: types of bodies that Litestar can not describe, by the handler's name: that a handler reads by itself, or
            of whose fields JSON holds more than their types say.
        items: the fields of each kind of item that the bulk address takes, by its name.
    """
    schema = app.openapi_schema.to_schema()
    kinds = [_describable(kind) for kind in (*bodies.values(), *items.values())]
    described, components = _components(kinds, "Sent.{name}")
    schema["components"]["schemas"].update(components | _components([Problem], "{name}")[1])
    schema["components"]["securitySchemes"] = _KEYS
    contents = {name: _as_json(body) for name, body in zip(bodies, described, strict=False)}
    contents["hand_in"] = _bulk(dict(zip(items, described[len(bodies) :], strict=False)), components)
    for path, method, handler in _operations(app):
        if handler.resolve_include_in_schema():
            operation = schema["paths"][path][method.lower()]
            if handler.handler_name in contents:
                operation["requestBody"] = {"required": True, "content": contents[handler.handler_name]}
            elif "requestBody" in operation:
                # Litestar says of every body that it is required.
                operation["requestBody"]["required"] = handler.parsed_data_field.is_required
                _close(operation, handler.parsed_data_field.annotation, schema["components"]["schemas"])
            if knows_the_past(handler):
                operation.setdefault("parameters", []).append(_AS_OF)
            tables = tables_of(handler)
            if tables:
                _tabulate(operation, tables)
            if is_shown(handler):
                _lead(operation, says_format=bool(tables))
            for form in streams_of(handler):
                operation["responses"]["200"]["content"][form] = {"schema": {"type": "string"}}
            _complete(operation, method, handler.opt[ROLES_OPTION])
    _leave_out_unused(schema)
    return schema


def _leave_out_unused(schema: dict[str, Any]) -> None:
    """Leave out types that nothing refers to: Litestar's of bodies that are described from others."""
    types = schema["components"]["schemas"]
    unused = list(types)
    while unused:
        described = msgspec.json.encode(schema).decode()
        unused = [name for name in types if f'"{_REFERENCE.format(name=name)}"' not in described]
        for name in unused:
            del types[name]


def _close(operation: Mapping[str, Any], kind: Any, components: Mapping[str, Any]) -> None:
    """Say of a body that refuses unknown fields that it has none; Litestar says that of no struct."""
    config = getattr(kind, "__struct_config__", None)
    if config is not None and config.forbid_unknown_fields:
        reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        components[reference.rpartition("/")[2]]["additionalProperties"] = False


def _components(kinds: Sequence[type], named: str) -> tuple[tuple[dict[str, Any], ...], dict[str, Any]]:
    """Return references to the descriptions of types, and these by name; Litestar has names of its own for others."""
    described, components = msgspec.json.schema_components(kinds, ref_template=_REFERENCE.format(name=named))
    return described, {named.format(name=name): component for name, component in components.items()}


def _describable(kind: type) -> type:
    """Return a type that says the same of its fields; msgspec fails to write a default that is raw JSON."""
    if not any(isinstance(field.default, msgspec.Raw) for field in msgspec.structs.fields(kind)):
        return kind
    config = {"kw_only": True, "forbid_unknown_fields": kind.__struct_config__.forbid_unknown_fields}  # type: ignore[attr-defined] # every struct has it
    fields = [
        (field.name, field.type)
        if field.required
        else (field.name, field.type, None if isinstance(field.default, msgspec.Raw) else field.default)
        for field in msgspec.structs.fields(kind)
    ]
    return msgspec.defstruct(kind.__name__, fields, **config)


def _as_json(body: Any) -> dict[str, Any]:
    return {"application/json": {"schema": body}}


def _bulk(items: Mapping[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the body of the bulk address: an array of items of any kind, or the same as lines."""
    references = [item["$ref"] for item in items.values()]
    for name, reference in zip(items, references, strict=True):
        components[reference.rpartition("/")[2]]["properties"]["type"] = {"const": name}
    item: dict[str, Any] = {"type": "object"}
    if items:
        mapping = dict(zip(items, references, strict=True))
        item = {"oneOf": list(items.values()), "discriminator": {"propertyName": "type", "mapping": mapping}}
    lines = {"type": "string", "description": "One item on each line."}
    return {**_as_json({"type": "array", "maxItems": MAX_ITEMS, "items": item}), NDJSON: {"schema": lines}}


def _operations(app: Litestar) -> Iterator[tuple[str, str, Any]]:
    """Yield every route's address, method and handler; what Litestar answers to OPTIONS by itself is no route of ours."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods):
                    if method != "OPTIONS":
                        yield route.path_format, method, handler


def _tabulate(operation: dict[str, Any], tables: Tables) -> None:
    """Describe that an address answers with CSV to whoever asks for it."""
    parameters = operation.setdefault("parameters", [])
    parameters.append(_FORMAT)
    if len(tables) > 1:
        parameters.append(_OF | {"schema": {"type": "string", "enum": list(tables), "default": next(iter(tables))}})
    operation["responses"]["200"].setdefault("content", {})[CSV] = {"schema": {"type": "string"}}


def _lead(operation: dict[str, Any], *, says_format: bool) -> None:
    """Describe that an address leads browsers to a page, unless it says in what form it answers."""
    operation["responses"]["303"] = {
        "description": "A browser (`Accept: text/html`) is led to the page that shows this."
    }
    if not says_format:
        operation.setdefault("parameters", []).append(_FORMAT | {"schema": {"type": "string", "enum": ["json"]}})


def _complete(operation: dict[str, Any], method: str, roles: Sequence[Role]) -> None:
    writes = method != "GET" and bool(roles) and "read" not in roles
    operation["x-role"] = " or ".join(roles) if roles else "none"
    needed = f"Needs the role {' or '.join(roles)}." if roles else "Open to all."
    operation["description"] = f"{operation.get('description', '')}\n\n{needed}".strip()
    if roles:
        open_to_some: list[dict[str, list[str]]] = [] if "admin" in roles else [{}]
        operation["security"] = [*open_to_some, *({name: []} for name in _KEYS)]
    if writes:
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                response["headers"] = _RECEIPT | response.get("headers", {})
    for status in _errors(operation, writes=writes, guarded=bool(roles)):
        operation["responses"].setdefault(str(status), {"description": title_of(status)})
        operation["responses"][str(status)]["content"] = _PROBLEM
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _errors(operation: dict[str, Any], *, writes: bool, guarded: bool) -> Iterator[int]:
    """Yield the statuses of the problems that a route may answer with, whatever it does."""
    yield from (400, 421)  # `as_of` where nothing is known of the past; and a host that is not this coordinator's
    if guarded:
        yield from (401, 403, 503)  # the last while what it reads is built anew
    if operation.get("requestBody"):
        yield from (413, 415)
    if writes:
        yield from (409, 429)  # the former when a key came with something else before
    yield 500
