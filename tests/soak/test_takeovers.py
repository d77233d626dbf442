"""A few takeovers; `python -m tests.soak.takeovers 300` goes through many."""

import pytest

from tests.soak.takeovers import go_through, misfortunes, summary


@pytest.mark.drill
@pytest.mark.timeout(1_200)
def test_whatever_becomes_of_the_node_that_writes_another_one_goes_on(tmp_path, chance, record_property):
    coming = [*misfortunes(), *misfortunes()]
    chance.shuffle(coming)
    done = list(go_through(tmp_path, coming[:10], chance))
    record_property("takeovers", summary(done))
