#!/usr/bin/env bash
# canonicaljson has two canonical forms of an object whose keys are numbers: one before it was sent, another after it was read.
#
# Keys of a Python dict may be integers, and JSON makes text of them. canonicaljson sorts before it does: {9: ..., 10: ...} is
# written as {"9":...,"10":...}. Read again, the keys are text, and the same object is {"10":...,"9":...}. Counts by digits or by
# B1 are kept so. While all keys have one length their hash is the one that the receiver gets, and another as soon as their order
# as text differs. jcs and rfc8785, for RFC 8785, take no such keys.
#
# Seen with the wheels canonicaljson 2.0.0, jcs 0.2.1 and rfc8785 0.1.4. Fails when they behave otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m pip install --quiet --disable-pip-version-check --no-deps --target "$scratch" \
    canonicaljson==2.0.0 jcs==0.2.1 rfc8785==0.1.4

PYTHONPATH="$scratch" python3 - <<'END'
import json

import jcs
import rfc8785
from canonicaljson import encode_canonical_json

def both(value):
    sent = encode_canonical_json(value)
    again = encode_canonical_json(json.loads(sent))
    print(value, "->", sent, "->", again)
    return sent, again

assert both({9: 86, 10: 107}) == (b'{"9":86,"10":107}', b'{"10":107,"9":86}'), "It has one form now."
assert both({2000: 43, 11000: 107, 50000: 261}) == (
    b'{"2000":43,"11000":107,"50000":261}',
    b'{"11000":107,"2000":43,"50000":261}',
), "It has one form now."
# The control: with keys of one length there is one form.
sent, again = both({35: 1, 25: 2})
assert sent == again == b'{"25":2,"35":1}'
for canonical in (jcs.canonicalize, rfc8785.dumps):
    try:
        canonical({9: 86, 10: 107})
    except (AttributeError, rfc8785.CanonicalizationError) as error:
        print(canonical.__module__, "does not take it:", error)
    else:
        raise SystemExit("It is taken now.")
END
echo "As described: one object has two canonical forms."
