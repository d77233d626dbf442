"""Verifying, exporting and replaying while the coordinator goes on writing."""

import asyncio
import io
import uuid

from coordinator.auditing.exporting import export
from coordinator.auditing.importing import import_log
from coordinator.auditing.verify import verify
from coordinator.log.prefix import log_prefix
from coordinator.opening import opened
from coordinator.projecting.replaying import replay
from core.deciding import Order
from tests.ledgers import START, create, data_directory, log_rows


async def beside_a_writer(directory, work):
    """Do something in a thread while keys are handed out without end; return what came of it, and how many there were."""

    async def hand_out_keys(node):
        while True:
            label = uuid.uuid4().hex
            await node.perform(Order(command=create(label), now=START, correlation=label))

    async with opened(directory) as node:
        before = node.log.head().position
        writing = asyncio.create_task(hand_out_keys(node))
        await node.live.growth.beyond(before, 60)
        found = await asyncio.to_thread(work)
        writing.cancel()
        await asyncio.wait([writing])
        return found, node.log.head().position - before


def exported(directory):
    with log_prefix(directory / "log.db") as taken:
        return b"".join(export(taken))


def replayed(directory, output):
    with log_prefix(directory / "log.db") as taken:
        return replay(taken, output)


def test_a_running_coordinators_log_and_tables_are_verified_up_to_where_they_stood(tmp_path):
    data_directory(tmp_path, 10)
    found, written = asyncio.run(beside_a_writer(tmp_path, lambda: verify(tmp_path)))
    assert found.holds, found.sentence
    assert written > 0
    positions = {file.name: file.position for file in found.files}
    assert 11 < found.position <= positions["access"] <= 11 + written


def test_a_running_coordinators_log_is_exported_and_replayed_up_to_where_it_stood(tmp_path):
    directory = data_directory(tmp_path / "data", 10)
    text, _written = asyncio.run(beside_a_writer(directory, lambda: exported(directory)))
    imported = import_log(io.BytesIO(text), tmp_path / "copy")
    assert log_rows(tmp_path / "copy") == log_rows(directory)[: imported.head.position]
    found, written = asyncio.run(beside_a_writer(directory, lambda: replayed(directory, tmp_path / "then")))
    assert 0 < found.head.position < len(log_rows(directory))
    assert written > 0
