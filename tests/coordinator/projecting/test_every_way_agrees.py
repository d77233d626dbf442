"""However a log is folded, the tables are the same: as it grew, anew, up to any position, and by a plain loop in memory."""

import itertools
from contextlib import ExitStack, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from coordinator.log.corrections import Corrections
from coordinator.projecting import folding
from coordinator.projecting.comparing import dump
from coordinator.projecting.folding import fold_log
from core.contexts import registry
from core.corrections.places import in_place
from core.events.chain import head_after
from projections.contexts import projections
from projections.runtime.file import ProjectionFile
from projections.runtime.recorded import Counted, recorded
from tests.golden.scenes import SCENES
from tests.office import Office
from tests.profiles import trying

scenes = st.lists(st.sampled_from(list(dict.fromkeys(SCENES.values()))), min_size=1, max_size=4)
KNOWN = projections(lambda _seal, sealed: sealed)


def tables(files):
    """Every row of every table but the checkpoints, which move when they like."""
    return {
        file.projection.name: [(name, row) for name, row in dump(file.connection) if name != "checkpoint"]
        for file in files
    }


def in_memory(stack):
    files = [ProjectionFile(Path(":memory:"), known, durable=False) for known in KNOWN]
    for file in files:
        stack.enter_context(closing(file))
    return files


def replayed(log, position, at_once=10_000, held=100_000):
    """The tables of a fold that reads so many events at once, and writes after so many."""
    with ExitStack() as stack:
        stack.enter_context(patch.multiple(folding, _AT_ONCE=at_once, _HELD=held))
        files = in_memory(stack)
        fold_log(log, files, registry(), position, corrections=Corrections(log, position))
        return tables(files)


def read_plainly(rows):
    """The events of every command with what counts of them, told by going through the log twice."""
    commands = [list(group) for _, group in itertools.groupby(rows, key=lambda row: (row.correlation, row.command))]
    restated, gone = {}, set()
    for group in commands:
        if group[-1].type == "corrections.concluded.v1":
            take_note(group, restated, gone)
    for group in commands:
        yield group, counted_plainly(group, restated, gone)


def take_note(correction, restated, gone):
    pending = iter(correction)
    for row in pending:
        data = msgspec.json.decode(row.data)
        if row.type == "corrections.withdrawn.v2":
            gone.update(data["positions"])
        elif row.type == "corrections.reinstated.v1":
            gone.difference_update(data["positions"])
        elif row.type == "corrections.restated.v1":
            for place, count in data["places"]:
                restated[place] = None if count < 0 else [next(pending) for _ in range(count)]


def counted_plainly(group, restated, gone):
    if group[0].type.startswith("corrections."):
        kept = ("corrections.", "factoring.ids_given_out", "factoring.residue_ids_given_out")
        return Counted([row for row in group if row.type.startswith(kept)])
    if group[0].position not in restated:
        return Counted(group)
    own = [row for row in group if row.type.startswith(("factoring.", "leases."))]
    instead = restated[group[0].position]
    counting = own if instead is None else in_place(instead, own)
    reports = ("factoring.curves_run.v1", "factoring.attempt_made.v1")
    retracted = not counting or any(row.position in gone and row.type in reports for row in own)
    return Counted([*(row for row in group if row not in own), *counting], amended=True, retracted=retracted)


def plainly_folded(log, position):
    """The tables after a loop over the commands, one at a time."""
    rows = log.read(0, position)
    listened = frozenset().union(*(known.listens for known in KNOWN))
    following = log.read(position, 1)
    with ExitStack() as stack:
        files = in_memory(stack)
        for group, counted in read_plainly(rows):
            (command,) = recorded(group, registry(), listened, lambda _rows, counted=counted: counted)
            last = group[-1]
            cut = last.position == position and following
            command.whole = not (
                cut and (following[0].correlation, following[0].command) == (last.correlation, last.command)
            )
            for file in files:
                file.fold([command], head_after(last))
        return tables(files)


@trying(5)
@given(scenes, st.data())
def test_whatever_happened_every_way_to_fold_the_log_leads_to_the_same_tables(played, data):
    with TemporaryDirectory() as scratch:
        office = Office(scratch)
        with closing(office):
            stood = []
            for scene in played:
                scene(office)
                stood.append((office.log.head().position, tables(office.committer.files.values())))
            office.reopen(rebuild=True)
            assert tables(office.committer.files.values()) == stood[-1][1]
            for position, live in stood:
                assert replayed(office.log, position) == live == plainly_folded(office.log, position)
            anywhere = st.integers(1, office.log.head().position)
            for position in data.draw(st.lists(anywhere, max_size=4, unique=True), label="positions"):
                at_once, held = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 40)), label="at once, held")
                assert replayed(office.log, position, at_once, held) == plainly_folded(office.log, position)
