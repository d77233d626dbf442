#!/usr/bin/env bash
# The two Avro libraries for Python write an integer of a union of long and double as opposite types, and one of them rounds it.
#
# A column that may hold either is ["long", "double"], or ["double", "long"]. fastavro writes a value as the first type of the union
# that could hold it, Apache's avro as the last, and an int could be a double to both. So 2^53 + 1 comes back exact from one and as
# 2^53 from the other, whichever order was chosen. With "float" instead of "double" it concerns integers from 2^24 on. Null
# beside them changes nothing. fastavro with (type, value) in place of the value obeys.
#
# Seen with the wheels fastavro 1.13.1 and avro 1.12.1. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" fastavro==1.13.1 avro==1.12.1

PYTHONPATH="$scratch" python3 - <<'END'
import io
import json

import avro.io
import avro.schema
import fastavro

def by_fastavro(union, value):
    schema = fastavro.parse_schema(union)
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, schema, value)
    stream.seek(0)
    return fastavro.schemaless_reader(stream, schema, None)

def by_avro(union, value):
    schema = avro.schema.parse(json.dumps(union))
    stream = io.BytesIO()
    avro.io.DatumWriter(schema).write(value, avro.io.BinaryEncoder(stream))
    stream.seek(0)
    return avro.io.DatumReader(schema).read(avro.io.BinaryDecoder(stream))

def expect(union, value, fast, apache):
    seen = by_fastavro(union, value), by_avro(union, value)
    print(f"{value} as {union}: fastavro {seen[0]!r}, avro {seen[1]!r}")
    assert repr(seen) == repr((fast, apache)), "It comes back otherwise now."

position = 2**53 + 1
expect(["long", "double"], position, position, float(2**53))
expect(["double", "long"], position, float(2**53), position)
expect(["null", "double", "long"], position, float(2**53), position)
expect(["float", "long"], 2**24 + 1, float(2**24), 2**24 + 1)
# The controls: each type by itself, and the type named.
expect("long", position, position, position)
assert by_fastavro(["double", "long"], ("long", position)) == position
END
echo "As described: the first type for one, the last for the other."
