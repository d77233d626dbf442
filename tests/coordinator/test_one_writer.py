"""Each file has one connection at a time that may write: SQLite up to 3.51.2 may lose pages where two do (WAL-reset fault).

Whatever else opens a file, in this process or beside it, does so for reading only.
"""

import asyncio
import sqlite3
import uuid
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from coordinator.auditing.verify import verify
from coordinator.backups.taking import back_up
from coordinator.opening import opened
from coordinator.operations.forgetting import forget
from coordinator.operations.projections.rebuilding import rebuild
from coordinator.operations.upkeep.replacing import Lookout
from coordinator.projecting.opening import path_of
from coordinator.time.wallclock import now
from core.deciding import Order
from core.factoring.commands.numbers import SubmitComposite
from core.factoring.commands.reports import ReportCurves
from core.factoring.mathematics.curves.bounds import Bounds
from projections.access.state import keys
from tests.correcting import withdraw

P, Q = 10**15 + 37, 10**63 + 121


class Opens:
    """Counts the connections that may write, by file."""

    def __init__(self):
        self.now, self.most = Counter(), Counter()

    def connect(self, connect, database, *arguments, **options):
        """Connect as sqlite3 does, and count."""
        path = None if "mode=ro" in str(database) or ":memory:" in str(database) else file_of(str(database))
        opens = self

        class Counted(sqlite3.Connection):
            def close(self):
                nonlocal path
                super().close()
                opens.now[path] -= 1
                path = None

        connection = connect(database, *arguments, factory=Counted, **options)
        self.now[path] += 1
        self.most[path] = max(self.most[path], self.now[path])
        return connection


def file_of(database):
    return Path(database.removeprefix("file://").partition("?")[0]).resolve()


@pytest.fixture
def opens(monkeypatch):
    opens = Opens()
    monkeypatch.setattr(sqlite3, "connect", partial(opens.connect, sqlite3.connect))
    return opens


def ordered(command, client=None):
    correlation = uuid.uuid4().hex
    return Order(command=command, now=now(), correlation=correlation, actor="operator", key=correlation, client=client)


async def life_of(node):
    """Do whatever opens files."""
    lookout = Lookout(node)
    await lookout.look()
    await node.perform(ordered(SubmitComposite(text=str(P * Q), ceiling_digits=1_000)))
    reported = []
    for sigma in ("7", "8"):
        command = ReportCurves(work="", value=str(P * Q), bounds=Bounds(2_000, -1, 1), curves=1, sigmas=(sigma,))
        reported.append(await node.perform(ordered(command, await node.introductions.claim("alice"))))
    await rebuild(node, "access")
    await withdraw(node, reported[-1].position)
    sight = await node.past.sight("2", now())
    assert await sight.readers["access"].query(keys) == []
    await forget(node, "alice", lambda command: node.perform(ordered(command)))
    await asyncio.to_thread(back_up, node.directory, node.directory.parent / "copy")
    assert (await asyncio.to_thread(verify, node.directory)).holds
    path_of(node.directory, "access").unlink()
    await lookout.look()
    while begun := [job for job in node.background.known.values() if job.running]:
        await asyncio.wait([job._task for job in begun])
    assert not node.withheld


def test_no_file_is_ever_open_twice_for_writing(opens, tmp_path):
    async def story():
        for _ in range(2):
            async with opened(tmp_path / "data") as node:
                if node.end == 1:
                    await life_of(node)

    asyncio.run(story())
    opens.most.pop(None)
    named = {path.name for path in opens.most}
    assert {"log.db", "client-keys.db", "access.db", "factoring.db", "access.new.db"} <= named
    assert {path: count for path, count in opens.most.items() if count > 1} == {}
    assert +Counter({path: count for path, count in opens.now.items() if path}) == Counter()


def test_an_orderly_stop_leaves_all_in_the_files_themselves(tmp_path):
    async def story():
        async with opened(tmp_path) as node:
            await node.perform(ordered(SubmitComposite(text=str(P * Q), ceiling_digits=1_000)))
            assert list(tmp_path.rglob("*-wal"))

    asyncio.run(story())
    assert [path.name for path in tmp_path.rglob("*") if path.name.endswith(("-wal", "-shm"))] == []
