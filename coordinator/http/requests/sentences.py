"""One plain sentence for a value that does not fit its type: what was wrong with which value, what would be accepted.

msgspec says where a value failed and what it expected in terms of types (``Expected `int` >= 1 - at `$.curves` ``).
Here the value is looked up at that place, and what its type accepts is put into words. A type may bring words of its
own: `Annotated[str, Meta(extra={"accepted": "a decimal number"})]`.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import inspect

from core.bigint import abbreviate
from core.wording import shortened

_PLACE = re.compile(r" - at `(key in )?\$(?P<path>.*)`$")
_STEP = re.compile(r"\.(?P<field>[^.\[\]]+)|\[(?P<index>\d+|\.\.\.)\]")
_NAMED = re.compile(r"^Object (?P<fault>missing required|contains unknown) field `(?P<field>.+)`$")
_INSTEAD_OF_INT = re.compile(r"Expected `[^`]*\bint\b[^`]*`, got `float`$")
_SHOWN = 60
_LONG_BITS = 10_000
_PLAIN: dict[type[inspect.Type], str] = {
    inspect.AnyType: "any value",
    inspect.RawType: "any value",
    inspect.CustomType: "a file",  # of the types that msgspec does not know, bodies have that of uploads only
    inspect.NoneType: "null",
    inspect.BoolType: "true or false",
    inspect.BytesType: "base64 text",
    inspect.DateTimeType: "a time such as 2026-11-22T09:48:31Z",
    inspect.DateType: "a date such as 2026-11-22",
    inspect.UUIDType: "a UUID",
    inspect.DecimalType: "a decimal number",
    inspect.DictType: "an object",
    inspect.TypedDictType: "an object",
}

Step = str | int | None
"""A field's name, an index, or None for some key of an object."""


def explain(said: str, kind: Any, value: Any, what: str = "the body", *, nullable: bool = True) -> str:
    """Say in one sentence why a value does not fit.

    Args:
        said: the message of msgspec's ValidationError.
        kind: the type that the value was to have.
        value: the whole value, decoded.
        what: what to call it when the fault is not in a part that has a name.
        nullable: whether null can be written there; in an address or a form it can't.
    """
    message, steps = _read(said)
    node = _described(kind) if isinstance(kind, type) else inspect.type_info(kind)
    for step in steps:
        node, value = _inside(node, step), _part(value, step)
    node = node if nullable else _without_null(node)
    name = _spelled(steps) or what
    named = _NAMED.match(message)
    if named is None:
        return _capital(f"{name} is {_as_written(message, value)}; {accepted(node)} is accepted.")
    inner = ".".join(filter(None, (_spelled(steps), named["field"])))
    if named["fault"] == "missing required":
        return _capital(f"{inner} is missing; {accepted(_inside(node, named['field']))} is required.")
    known = ", ".join(field.encode_name for field in _fields(node))
    return _capital(f"{inner} is not known here; the fields are {known}.")


@lru_cache(256)
def _described(kind: type) -> inspect.Type:
    """Return what msgspec knows of a class; finding that out takes milliseconds, and a bulk may have thousands of faults."""
    return inspect.type_info(kind)


def accepted(node: inspect.Type) -> str:  # noqa: C901, PLR0911 - one line per kind of type
    """Say which values a type accepts, as a noun phrase."""
    if isinstance(node, inspect.Metadata):
        return str((node.extra or {}).get("accepted") or accepted(node.type))
    if isinstance(node, inspect.IntType | inspect.FloatType):
        return _number(node)
    if isinstance(node, inspect.StrType):
        if node.pattern is not None:
            return f"text that matches {node.pattern}"
        return "text" + _between(node.min_length, node.max_length, " of ", " characters")
    if isinstance(node, inspect.LiteralType):
        return "one of " * (len(node.values) > 1) + ", ".join(str(value) for value in node.values)
    if isinstance(node, inspect.EnumType):
        return "one of " + ", ".join(str(member.value) for member in node.cls)
    if isinstance(node, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
        return "an array" + _between(node.min_length, node.max_length, " of ", " items")
    if isinstance(node, inspect.TupleType):
        return f"an array of {len(node.item_types)} items"
    if isinstance(node, inspect.StructType):
        return _object(node)
    if isinstance(node, inspect.UnionType):
        return " or ".join(dict.fromkeys(map(accepted, node.types)))
    return _PLAIN.get(type(node), "another value")


def shown(value: Any) -> str:
    """Show a value in a sentence, cut short when it is long."""
    if isinstance(value, bool) or value is None:
        return msgspec.json.encode(value).decode()
    if isinstance(value, float):
        return str(value)
    if isinstance(value, int):
        # Printing a long one is slow, and beyond some length Python refuses.
        return abbreviate(str(value)) if value.bit_length() < _LONG_BITS else "a number of many digits"
    if isinstance(value, str):
        digits = len(value) > _SHOWN and value.isascii() and value.isdigit()
        return abbreviate(value) if digits else repr(shortened(value))
    if isinstance(value, list | tuple):
        return f"an array of {len(value)} items" if value else "an empty array"
    return "an object" if isinstance(value, dict) else repr(shortened(str(value)))


def _as_written(message: str, value: Any) -> str:
    """Show a value that did not fit; a whole number in floating point looks as if it would, but is exact only up to 2^53."""
    if message == "Number out of range":
        return f"{shown(value)}, more than floating point holds"
    whole = isinstance(value, float) and value.is_integer() and _INSTEAD_OF_INT.match(message)
    return f"{shown(value)} in floating point" if whole else shown(value)


def _capital(sentence: str) -> str:
    return f"The {sentence[4:]}" if sentence.startswith("the ") else sentence


def _read(said: str) -> tuple[str, list[Step]]:
    """Cut what msgspec says into the message and the steps to where the value failed."""
    place = _PLACE.search(said)
    if place is None:
        return said, []
    steps: list[Step] = []
    for step in _STEP.finditer(place["path"]):
        index = step["index"]
        steps.append(step["field"] if index is None else None if index == "..." else int(index))
    return said[: place.start()], steps


def _spelled(steps: Iterable[Step]) -> str:
    text = ""
    for step in steps:
        text += f".{step}" if isinstance(step, str) else f"[{'…' if step is None else step}]"
    return text.removeprefix(".")


def _part(value: Any, step: Step) -> Any:
    try:
        return value[step]
    except (KeyError, IndexError, TypeError):
        return None


def _bare(node: inspect.Type) -> inspect.Type:
    return _bare(node.type) if isinstance(node, inspect.Metadata) else node


def _without_null(node: inspect.Type) -> inspect.Type:
    if not isinstance(node, inspect.UnionType):
        return node
    return inspect.UnionType(tuple(part for part in node.types if not isinstance(part, inspect.NoneType)))


def _fields(node: inspect.Type) -> list[inspect.Field]:
    node = _bare(node)
    if isinstance(node, inspect.UnionType):
        return [field for part in node.types for field in _fields(part)]
    return list(node.fields) if isinstance(node, inspect.StructType) else []


def _inside(node: inspect.Type, step: Step) -> inspect.Type:
    """Return the type of a part of what the type describes."""
    node = _bare(node)
    if isinstance(step, str):
        for field in _fields(node):
            if field.encode_name == step:
                return field.type
    parts = [_bare(part) for part in node.types] if isinstance(node, inspect.UnionType) else [node]
    for part in parts:
        if isinstance(part, inspect.DictType):
            return part.value_type
        if isinstance(part, inspect.ListType | inspect.VarTupleType | inspect.SetType | inspect.FrozenSetType):
            return part.item_type
        if isinstance(part, inspect.TupleType) and isinstance(step, int):
            return part.item_types[step]
    return inspect.AnyType()


def _number(node: inspect.IntType | inspect.FloatType) -> str:
    noun = "a whole number" if isinstance(node, inspect.IntType) else "a number"
    if node.multiple_of is not None:
        noun += f" that is a multiple of {node.multiple_of}"
    if node.ge is not None and node.le is not None:
        return f"{noun} from {_bound(node.ge)} to {_bound(node.le)}"
    bounds = {"of at least": node.ge, "above": node.gt, "of at most": node.le, "below": node.lt}
    limits = " and ".join(f"{words} {_bound(bound)}" for words, bound in bounds.items() if bound is not None)
    return f"{noun} {limits}".rstrip()


def _bound(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)


def _between(least: int | None, most: int | None, before: str, after: str) -> str:
    if not least and most is None:
        return ""
    if most is None:
        return f"{before}at least {least}{after}"
    return f"{before}{least} to {most}{after}" if least else f"{before}at most {most}{after}"


def _object(node: inspect.StructType) -> str:
    required = [field.encode_name for field in node.fields if field.required]
    return "an object" + (f" with {', '.join(required)}" if required else "")
