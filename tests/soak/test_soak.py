"""Some rounds of misfortune; `make soak` goes through 2,000."""

import pytest

from tests.soak.load import Load, begun, clients
from tests.soak.misfortunes import MISFORTUNES
from tests.soak.rounds import check, go_through
from tests.soak.scene import Scene


@pytest.fixture
def scene(tmp_path):
    scene = Scene(tmp_path)
    yield scene
    scene.close()


@pytest.mark.drill
@pytest.mark.timeout(3_000)
def test_whatever_happens_nothing_is_lost_and_nothing_counts_twice(scene, chance, record_property):
    stretch = 2 * chance.randrange(10**6)
    with Load([scene.coordinator.address], clients(*begun(scene.coordinator.address))) as load:
        rounds = [go_through(scene, load, stretch, number) for number in range(len(MISFORTUNES))]
    check(scene, load)
    record_property("slowest_recovery_s", max(one["recovered_s"] for one in rounds))
    record_property("slowest_answer_s", max(one["slowest_answer_s"] for one in rounds))
