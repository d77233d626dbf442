"""What may happen to a machine: each is done to a running scene, and undone where a machine would recover."""

import contextlib
import os
import resource
import signal
from pathlib import Path

from coordinator.writer.failpoints import Failpoint

MOMENT = (0.05, 0.6)
"""How long, in seconds, what does not kill goes on."""
_HOUR = 3_600


def kill_the_coordinator(scene, _):
    """A power cut."""
    scene.coordinator.kill()


def kill_at_a_failpoint(scene, chance):
    """A power cut at a moment that is known to be delicate."""
    name = chance.choice([name for name in Failpoint.__args__ if "swap" not in name])
    scene.restart(TALLYSTICK_FAILPOINT=f"{name}:{chance.randint(1, 40)}")
    scene.coordinator.wait_until_dead()


def kill_the_worker(scene, _):
    """A worker is gone, with whatever it had in its hands."""
    scene.worker.kill()


def kill_valkey(scene, _):
    """Valkey is gone, and comes back empty."""
    scene.valkey.kill()


def kill_a_child(scene, chance):
    """The system ends a process of the coordinator's that finds something out, or builds something."""
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


def freeze_the_coordinator(scene, chance):
    """The machine stands still for a moment."""
    scene.coordinator.process.send_signal(signal.SIGSTOP)
    scene.pause(chance)
    scene.coordinator.process.send_signal(signal.SIGCONT)


def freeze_the_worker(scene, chance):
    """A worker's machine stands still for a moment."""
    scene.worker.process.send_signal(signal.SIGSTOP)
    scene.pause(chance)
    scene.worker.process.send_signal(signal.SIGCONT)


def set_the_clock(scene, chance):
    """The clock is set, ahead or back, by up to an hour."""
    scene.set_clock(chance.randint(-_HOUR, _HOUR))


def fill_the_disk(scene, chance):
    """Nothing can be written any more, and then it can."""
    scene.limited(resource.RLIMIT_FSIZE, chance.choice([0, 4096, 2**20]), chance)


def take_the_descriptors(scene, chance):
    """No file and no connection can be opened any more, and then they can."""
    there = len(list(Path(f"/proc/{scene.coordinator.process.pid}/fd").iterdir()))
    scene.limited(resource.RLIMIT_NOFILE, there + chance.randint(0, 3), chance)


def take_the_memory(scene, chance):
    """No more memory is to be had, and then it is."""
    status = Path(f"/proc/{scene.coordinator.process.pid}/status").read_text()
    there = int(status.partition("VmSize:")[2].split()[0]) * 1024
    scene.limited(resource.RLIMIT_AS, there + chance.randint(0, 2**21), chance)


def damage_a_table(scene, chance):
    """The disk has spoilt a file of what is rebuilt from the log, and it shows: what does not show, only `verify` finds."""
    scene.coordinator.kill()
    file = chance.choice(sorted((scene.coordinator.directory / "projections").glob("*.db")))
    if chance.random() < 0.3:
        file.unlink()
        file.mkdir()
        return
    with file.open("r+b") as spoilt:
        if chance.random() < 0.5:
            spoilt.truncate(chance.randrange(file.stat().st_size))
        else:
            spoilt.write(chance.randbytes(4_096))


MISFORTUNES = (
    kill_the_coordinator,
    kill_at_a_failpoint,
    kill_the_worker,
    kill_valkey,
    kill_a_child,
    freeze_the_coordinator,
    freeze_the_worker,
    set_the_clock,
    fill_the_disk,
    take_the_descriptors,
    take_the_memory,
    damage_a_table,
)
