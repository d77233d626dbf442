"""The golden log, the shapes of its types, and the tables it leads to: read, compared, and said in words."""

import io
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from coordinator.auditing.importing import import_log
from core.contexts import registry
from core.events.fact import Fact
from core.timestamps import SECOND
from projections.contexts import projections
from projections.runtime.projection import prefix_of
from tests.office import Office

HERE = Path(__file__).parent
EARLIER = HERE / "earlier"
"""A log whose only correction is of the old kind, with the tables of factoring: a later correction would take it over."""
LOG, SHAPES, TABLES, VERSIONS = HERE / "log.ndjson", HERE / "shapes.json", HERE / "tables", HERE / "versions.json"
COMMAND = "python tests/golden/write.py"


def shape_of(fact: type[Fact]) -> Any:
    """Return what the data of a type may hold, as JSON Schema without the names of classes and their descriptions."""
    schema = msgspec.json.schema(fact)
    return _plain(schema, schema.get("$defs", {}))


def _plain(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_plain(one, definitions) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _plain(definitions[schema["$ref"].rpartition("/")[2]], definitions)
    properties = {name: _plain(one, definitions) for name, one in schema.get("properties", {}).items()}
    rest = {
        key: _plain(one, definitions)
        for key, one in schema.items()
        if key not in {"title", "description", "$defs", "properties"}
    }
    return rest | ({"properties": properties} if "properties" in schema else {})


def shapes() -> dict[str, Any]:
    """Return the shape of every type that this version knows."""
    return {name: shape_of(fact) for name, fact in sorted(registry().facts.items())}


def kept_shapes() -> dict[str, Any]:
    """Return the shapes as they were when each type was new."""
    return dict(json.loads(SHAPES.read_text())) if SHAPES.exists() else {}


def versions() -> dict[str, Any]:
    """Return the version of each projection, and the types of event that it is folded from."""
    return {
        projection.name: {
            "version": projection.version,
            "types": sorted(name for name in registry().facts if prefix_of(name) in projection.listens),
        }
        for projection in projections(lambda _seal, sealed: sealed)
    }


def unraised(kept: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say of which projections the version has to be raised, because they are folded from other types than when it was new."""
    return [
        f"{name} is folded from other types of event, and is still of version {now[name]['version']}: raise that. An"
        " earlier Tallystick that is put back would go on from tables with events in them that it does not know."
        for name, was in kept.items()
        if now[name]["types"] != was["types"] and now[name]["version"] <= was["version"]
    ]


def kept_versions() -> dict[str, Any]:
    """Return the versions as they were when the types were, or the versions, last changed."""
    return dict(json.loads(VERSIONS.read_text())) if VERSIONS.exists() else {}


def changed_shapes() -> list[str]:
    """Say of every type whose shape is no longer what it was what to do instead."""
    now, said = shapes(), []
    for name, kept in kept_shapes().items():
        if name not in now:
            said.append(
                f"{name} is gone, and logs hold it for ever: keep its class among the facts of its context, and give the"
                " context an upcaster that makes of it what replaced it (`upcasters` of `core.deciding.Context`)."
            )
        elif now[name] != kept:
            stem, _, version = name.rpartition(".v")
            said.append(
                f"{name} has changed its shape, and logs hold events of the old one for ever. Leave its class as it was,"
                f" write a new one with the type {stem}.v{int(version) + 1}, record that from now on, and give the context"
                " an upcaster, a pure function from the old fact to the new one (`upcasters` of"
                f" `core.deciding.Context`). Then: {COMMAND}\n  was {json.dumps(kept)}\n  is  {json.dumps(now[name])}"
            )
    return said


def types_in_the_log() -> set[str]:
    """Return the types of the events that the golden log holds."""
    if not LOG.exists():
        return set()
    with LOG.open() as lines:
        next(lines)
        return {json.loads(line)["type"] for line in lines}


@contextmanager
def played(log: Path = LOG) -> Iterator[Office]:
    """Import the golden log, or another, and fold it, as a coordinator would that has lost its projections."""
    with tempfile.TemporaryDirectory() as scratch:
        if log.exists():
            import_log(io.BytesIO(log.read_bytes()), Path(scratch))
        office = Office(scratch)
        newest = office.log.read(office.log.head().position - 1, 1)[0]
        office.now = max(office.now, newest.recorded_at + SECOND)
        office.number_correlations_from(newest.position + 1)
        try:
            yield office
        finally:
            office.close()


def tables_of(office: Office, context: str) -> str:
    """Return a context's tables as text, one row a line."""
    found = office.tables(context)
    rows = {table: [json.dumps(row, default=bytes.hex, ensure_ascii=False) for row in found[table]] for table in found}
    return "".join(f"{table}\n{''.join(f'  {row}{chr(10)}' for row in rows[table])}" for table in sorted(rows))
