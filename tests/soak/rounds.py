"""Rounds of misfortune: each is over when the clients of every context have been answered again.

Rounds come in stretches: as many with the same data directory, at whose end everything that was acknowledged has to be
there once, and `verify` to hold. Every other stretch has only what a coordinator survives, so that one process goes
through it and what piles up in it shows.
"""

import os
import random
import time

from tests.soak.load import recorded
from tests.soak.misfortunes import MISFORTUNES, SURVIVED
from tests.waiting import until

_LEFT_SECONDS = 1_200
"""For one worker to do what is left of hundreds of rounds."""


def misfortune_of(stretch, number):
    """Return what happens in a round, the same whenever it is asked for: each once in as many rounds as there are."""
    there = SURVIVED if stretch % 2 else MISFORTUNES
    turn, place = divmod(number, len(there))
    return random.Random(f"stretch {stretch} turn {turn}").sample(there, len(there))[place]


def go_through(scene, load, stretch, number):
    """Go through a round; return what it was, how long it took, and what the coordinator holds after it."""
    chance = random.Random(f"stretch {stretch} round {number}")
    misfortune = misfortune_of(stretch, number)
    scene.recover()  # what happened last may have taken its time
    load.answered(1, said=scene.said)
    load.slowest = 0.0
    began = time.monotonic()
    misfortune(scene, chance)
    over = time.monotonic()
    started = scene.recover()
    load.answered(2, said=scene.said)
    return {
        "misfortune": misfortune.__name__,
        "started": started,
        "took_s": round(over - began, 2),
        "recovered_s": round(time.monotonic() - over, 2),
        "slowest_answer_s": round(load.slowest, 2),
        "machine_load": round(os.getloadavg()[0], 1),
        **scene.held(),
        "acknowledged": load.acknowledged(),
    }


def check(scene, load):
    """See that nothing was lost, nothing is there twice, and everything holds, when nothing is sent any more."""
    until(
        lambda: scene.recover() or all_worked_off(scene),
        seconds=_LEFT_SECONDS,
        said=lambda: recorded(scene.coordinator.directory),
    )
    assert load.faults == {}, load.faults
    load.assert_recorded(scene.coordinator.directory)
    assert scene.coordinator.stop() == 0
    scene.verify()


def all_worked_off(scene):
    """Tell whether every task and every job has come to its end."""
    there = recorded(scene.coordinator.directory)
    return all(
        there[f"{kind}.{begun}.v1"] == there[f"{kind}.{ended}.v1"]
        for kind, begun, ended in (("tasks", "submitted", "finished"), ("counting", "job_submitted", "job_finished"))
    )
