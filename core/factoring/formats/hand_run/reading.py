"""The work that a file of some program tells of, whichever of them it is."""

import json
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from core.factoring.formats.hand_run import cado_nfs, prime95, t_level, yafu
from core.factoring.formats.hand_run.stated import Stated
from core.refusals import BadInput


def stated_in(text: str) -> list[Stated]:
    """Return the work that a file of one of these programs tells of; none when it is of no such program."""
    found = list(_objects(text))
    if found:
        stated = [one for line, fields in found for one in _of_object(line, fields)]
        return _told_apart(stated, {line: json.dumps(fields, sort_keys=True) for line, fields in found})
    lines = [(line, said.strip()) for line, said in enumerate(text.splitlines(), 1)]
    readers = (yafu.of_log, prime95.of_log, cado_nfs.of_log, t_level.of_list)
    stated = sorted((one for of_lines in readers for one in of_lines(lines)), key=attrgetter("line"))
    return _told_apart(stated, dict(lines))


def _told_apart(stated: list[Stated], said: dict[int, str]) -> list[Stated]:
    """Give each piece of work its origin: what its line says, and how many that said so and named that number came before."""
    before: Counter[str] = Counter()
    told = []
    for one in stated:
        digest = sha256(f"{one.number}\n{said[one.line]}".encode("utf-8", "surrogatepass")).hexdigest()
        told.append(replace(one, origin=f"{digest}-{before[digest]}"))
        before[digest] += 1
    return told


def _objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The JSON objects of a text, one behind the other, with the lines on which they begin; every sign is read once."""
    decoder = json.JSONDecoder()
    at, line, counted = 0, 1, 0
    while (at := text.find("{", at)) >= 0:
        line += text.count("\n", counted, at)
        counted = at
        try:
            fields, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            at = max(at + 1, error.pos)
        except (ValueError, RecursionError):  # a number too long for any, objects too deep for any
            return
        else:
            yield line, fields


def _of_object(line: int, fields: dict[str, Any]) -> Iterator[Stated]:
    """Return what an object states; of one that holds something else than its program writes, that it does."""
    if "ecm-curves" in fields or "factors-prime" in fields or "input-expression" in fields:
        program, read = yafu.NAME, yafu.of_object
    elif "worktype" in fields:
        program, read = prime95.NAME, prime95.of_object
    else:
        return
    try:
        yield from [*read(line, fields)]
    except BadInput as refusal:
        yield Stated(line, program, why=refusal.sentence)
    except (TypeError, ValueError, OverflowError):
        yield Stated(line, program, why=f"it holds what {program} does not write")
