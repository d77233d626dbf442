"""What may happen to a machine: each is done to a running scene, and undone where a machine would recover."""

import contextlib
import os
import resource
import signal
from pathlib import Path
from typing import get_args

from coordinator.writer.failpoints import Failpoint
from tests.waiting import until

FAILPOINTS = get_args(Failpoint)
_HOUR = 3_600


def kill_the_coordinator(scene, _):
    """A power cut."""
    scene.coordinator.kill()


def kill_at_a_failpoint(scene, chance):
    """A power cut at a moment that is known to be delicate."""
    name = chance.choice([name for name in FAILPOINTS if "swap" not in name])
    scene.restart(TALLYSTICK_FAILPOINT=f"{name}:{chance.randint(1, 40)}")
    scene.coordinator.wait_until_dead()


def kill_at_a_swap(scene, chance):
    """A power cut while tables that were built anew take the place of those that there are."""
    scene.restart(TALLYSTICK_FAILPOINT=chance.choice([name for name in FAILPOINTS if "swap" in name]))
    scene.rebuild(chance.choice(scene.tables()).stem)
    scene.coordinator.wait_until_dead()


def kill_the_worker(scene, _):
    """A worker is gone, with whatever it had in its hands."""
    scene.worker.kill()


def kill_valkey(scene, _):
    """Valkey is gone, and comes back empty."""
    scene.valkey.kill()


def kill_a_child(scene, chance):
    """The system ends a process of the coordinator's that finds something out, or builds something."""
    if chance.random() < 0.5:
        scene.rebuild(chance.choice(scene.tables()).stem)
        scene.pause(chance)
    if children := _below(scene.coordinator.process.pid):
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(chance.choice(children), signal.SIGKILL)


def _below(pid):
    """Return the processes that one has started, and those that these have."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [below for child in map(int, children) for below in (child, *_below(child))]


def stop_the_coordinator(scene, _):
    """Whoever runs it stops it in good order, and looks whether all is well."""
    assert scene.coordinator.stop() == 0
    scene.verify()


def freeze_the_coordinator(scene, chance):
    """The machine stands still for a moment."""
    _freeze(scene, scene.coordinator.process, chance)


def freeze_the_worker(scene, chance):
    """A worker's machine stands still for a moment."""
    _freeze(scene, scene.worker.process, chance)


def freeze_valkey(scene, chance):
    """Valkey's machine stands still for a moment."""
    _freeze(scene, scene.valkey.process, chance)


def _freeze(scene, process, chance):
    process.send_signal(signal.SIGSTOP)
    scene.pause(chance)
    process.send_signal(signal.SIGCONT)


def set_the_clock(scene, chance):
    """The clock is set, ahead or back, by up to an hour."""
    scene.set_clock(chance.randint(-_HOUR, _HOUR))


def fill_the_disk(scene, chance):
    """No byte can be written any more, or some only, and then they can."""
    scene.disk.fill(chance.choice([0, 0, 4_096, 2**17, 2**20]))
    scene.pause(chance)
    scene.disk.free()


def start_on_a_full_disk(scene, chance):
    """A power cut, and the disk is full when it is started again."""
    scene.coordinator.kill()
    scene.disk.fill(chance.choice([0, 4_096, 2**17]))
    scene.coordinator.start(wait=False)
    scene.pause(chance)
    scene.disk.free()
    scene.coordinator.kill()


def limit_the_files(scene, chance):
    """No file may grow beyond a size, and then each may again."""
    scene.limited(scene.coordinator.process, resource.RLIMIT_FSIZE, chance.choice([0, 4_096, 2**20]), chance)


def take_the_descriptors(scene, chance):
    """No file and no connection can be opened any more, and then they can."""
    _take_descriptors(scene, scene.coordinator.process, chance)


def take_the_workers_descriptors(scene, chance):
    """A worker can open no file and no connection any more, and then it can."""
    _take_descriptors(scene, scene.worker.process, chance)


def _take_descriptors(scene, process, chance):
    with contextlib.suppress(FileNotFoundError):  # it has just ended, of what happened before
        there = len(list(Path(f"/proc/{process.pid}/fd").iterdir()))
        scene.limited(process, resource.RLIMIT_NOFILE, there + chance.randint(0, 3), chance)


def take_the_memory(scene, chance):
    """No more memory is to be had, and then it is."""
    _take_memory(scene, scene.coordinator.process, chance)


def take_the_workers_memory(scene, chance):
    """A worker gets no more memory, and then it does."""
    _take_memory(scene, scene.worker.process, chance)


def _take_memory(scene, process, chance):
    with contextlib.suppress(FileNotFoundError):  # likewise
        status = Path(f"/proc/{process.pid}/status").read_text()
        there = int(status.partition("VmSize:")[2].split()[0]) * 1024
        scene.limited(process, resource.RLIMIT_AS, there + chance.randint(0, 2**21), chance)


def damage_a_table(scene, chance):
    """The disk has spoilt a file of what is rebuilt from the log, and it shows: what does not show, only `verify` finds."""
    scene.coordinator.kill()
    file = chance.choice(scene.tables())
    if chance.random() < 0.3:
        file.unlink()
        file.mkdir()
    else:
        _spoil(file, chance)


def damage_a_table_in_use(scene, chance):
    """A file of what is rebuilt from the log is spoilt, cut short or gone under the coordinator, and is built anew."""
    file = chance.choice(scene.tables())
    if chance.random() < 0.3:
        file.unlink()
    else:
        _spoil(file, chance)
    scene.pause(chance)
    until(lambda: scene.rebuilt(file.stem), said=scene.said)


def _spoil(file, chance):
    with file.open("r+b") as spoilt:
        if chance.random() < 0.5:
            spoilt.truncate(chance.randrange(file.stat().st_size))
        else:
            spoilt.write(chance.randbytes(4_096))


SURVIVED = (
    kill_the_worker,
    kill_valkey,
    kill_a_child,
    freeze_the_coordinator,
    freeze_the_worker,
    freeze_valkey,
    set_the_clock,
    fill_the_disk,
    limit_the_files,
    take_the_descriptors,
    take_the_workers_descriptors,
    take_the_workers_memory,
    damage_a_table_in_use,
)
"""Through all of these a coordinator goes on: whatever they leave behind piles up in it."""
MISFORTUNES = (
    *SURVIVED,
    kill_the_coordinator,
    kill_at_a_failpoint,
    kill_at_a_swap,
    stop_the_coordinator,
    start_on_a_full_disk,
    take_the_memory,
    damage_a_table,
)
