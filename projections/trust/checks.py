"""The table of checks."""

import sqlite3
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from core.trust.events import CheckAnswered, CheckAssigned, CheckDrawn, CheckSettled
from core.trust.state import Check, Said
from projections.runtime.rows import columns_of, row_of

SCHEMA = """
CREATE TABLE checks (
    "check" INTEGER PRIMARY KEY,
    report INTEGER NOT NULL,       -- position of the event that records the curve
    "offset" INTEGER NOT NULL,     -- of its sigma there
    why TEXT NOT NULL,
    client INTEGER NOT NULL,       -- who ran it
    users TEXT NOT NULL,           -- whose that machine was; JSON
    number INTEGER NOT NULL,
    value TEXT NOT NULL,           -- the number as it was
    b1 INTEGER NOT NULL,
    param INTEGER NOT NULL,
    sigma TEXT NOT NULL,
    checksum INTEGER NOT NULL,     -- as it was reported
    cost INTEGER NOT NULL,         -- nominal, of its stage 1, microseconds
    status TEXT NOT NULL,          -- open, held, matched, failed
    work TEXT NOT NULL,            -- the lease that holds it
    position INTEGER NOT NULL,
    drawn_at INTEGER NOT NULL,
    answers TEXT NOT NULL,         -- JSON
    answered INTEGER NOT NULL      -- how many those are
) STRICT;
CREATE UNIQUE INDEX checks_by_curve ON checks (report, "offset");
CREATE INDEX checks_waiting ON checks (answered DESC, "check") WHERE status = 'open';
CREATE INDEX checks_held ON checks (work) WHERE status = 'held';
CREATE INDEX checks_by_client ON checks (client, "check");
"""
COLUMNS = ", ".join(f'"{column}"' for column in columns_of(Check))
_decode_users = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_answers = msgspec.json.Decoder(tuple[Said, ...]).decode
_MOST_LOOKED_AT = 1_000


class CheckTable:
    """The checks in one projections file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get(self, check: int) -> Check | None:
        """Return a check."""
        return _one(self._connection, '"check" = ?', check)

    def held(self, work: str) -> Check | None:
        """Return the check that a lease holds."""
        return _one(self._connection, "work = ? AND status = 'held'", work)

    def waiting(self) -> Sequence[Check]:
        """Return the first checks that nobody holds: those that somebody has answered otherwise, then the oldest."""
        return _some(
            self._connection,
            "status = 'open' ORDER BY answered DESC, \"check\" LIMIT ?",
            _MOST_LOOKED_AT,
        )

    def next_number(self) -> int:
        """Return the number that the next check gets."""
        return int(self._connection.execute('SELECT coalesce(max("check"), 0) + 1 FROM checks').fetchone()[0])

    def offsets(self, report: int) -> frozenset[int]:
        """Return which curves of a report are checked."""
        rows = self._connection.execute('SELECT "offset" FROM checks WHERE report = ?', (report,))
        return frozenset(offset for (offset,) in rows)

    def draw(self, fact: CheckDrawn, position: int, moment: int) -> None:
        """Add a check."""
        fields = {name: getattr(fact, name) for name in fact.__struct_fields__}
        self._write(Check(**fields, status="open", work="", position=position, drawn_at=moment))

    def assign(self, fact: CheckAssigned) -> None:
        """Let a lease hold a check."""
        self._write(replace(self.sure(fact.check), status="held", work=fact.work))

    def release(self, work: str) -> None:
        """Have others make the check that a lease still holds."""
        check = self.held(work)
        if check is not None:
            self._write(replace(check, status="open", work=""))

    def answer(self, fact: CheckAnswered) -> None:
        """Keep what was said; others are asked unless that settles it."""
        check = self.sure(fact.check)
        said = Said(fact.client, fact.users, fact.checksum, fact.decides)
        self._write(replace(check, status="open", work="", answers=(*check.answers, said)))

    def settle(self, fact: CheckSettled) -> Check:
        """Close a check; return it."""
        check = replace(self.sure(fact.check), status="matched" if fact.outcome == "matched" else "failed")
        self._write(check)
        return check

    def sure(self, check: int) -> Check:
        """Return a check that there is."""
        known = self.get(check)
        assert known is not None, f"check {check} was drawn"
        return known

    def _write(self, check: Check) -> None:
        encode = msgspec.json.encode
        row = row_of(
            check,
            users=encode(check.users).decode(),
            answers=encode(check.answers).decode(),
            answered=len(check.answers),
        )
        names = ", ".join(f'"{name}"' for name in row)
        self._connection.execute(
            f"INSERT OR REPLACE INTO checks ({names}) VALUES ({', '.join('?' * len(row))})", tuple(row.values())
        )


def checks_of(connection: sqlite3.Connection, client: int | None, status: str | None, limit: int) -> list[Check]:
    """Return the newest checks, only of one client's curves or in one status where that is given."""
    wanted = [(name, value) for name, value in (("client", client), ("status", status)) if value is not None]
    where = " AND ".join([f"{name} = ?" for name, _ in wanted] or ["1"])
    return _some(connection, f'{where} ORDER BY "check" DESC LIMIT ?', *[value for _, value in wanted], limit)


def waiting_since(connection: sqlite3.Connection) -> int | None:
    """Return when the oldest check was drawn that nobody has been given yet; None when there is none."""
    row = connection.execute("SELECT min(drawn_at) FROM checks WHERE status = 'open' AND answered = 0").fetchone()
    return None if row[0] is None else int(row[0])


def _one(connection: sqlite3.Connection, where: str, *values: object) -> Check | None:
    return next(iter(_some(connection, where, *values)), None)


def _some(connection: sqlite3.Connection, where: str, *values: object) -> list[Check]:
    return [_read(row) for row in connection.execute(f"SELECT {COLUMNS} FROM checks WHERE {where}", values)]


def _read(row: Sequence[object]) -> Check:
    fields = dict(zip(columns_of(Check), row, strict=True))
    users, answers = _decode_users(str(fields["users"])), _decode_answers(str(fields["answers"]))
    return msgspec.convert(fields | {"users": users, "answers": answers}, Check)
