"""A correction of which nobody knows whether it was recorded: the tables become what the log says, once it can be read."""

import pytest

from core.events.log import InDoubt
from tests.waiting import until

N = (10**15 + 37) * (10**63 + 121)


@pytest.mark.drill
@pytest.mark.parametrize(("recorded", "curves"), [(True, 10), (False, 15)])
def test_tables_are_built_anew_after_a_correction_in_doubt(
    client, admin, known, hand_in, standing, monkeypatch, recorded, curves
):
    known(N)
    hand_in(N)
    undone = hand_in(N, curves_completed=5, execution_time=0.8)["attempt_id"]
    log = client.app.state.shared.node.log
    append = log.append

    def appending(events, onto):
        if recorded:
            append(events, onto)
        raise InDoubt("the session with PostgreSQL is lost")

    with monkeypatch.context() as patch:
        patch.setattr(log, "append", appending)
        answer = client.delete(f"/api/v1/admin/attempts/{undone}", headers=admin)
    assert answer.status_code == 503
    assert "This may have been recorded or not" in answer.json()["detail"]
    until(lambda: client.get("/health/ready").status_code == 200)
    assert standing(N)["ecm_work"]["total_curves"] == curves
    again = client.delete(f"/api/v1/admin/attempts/{undone}", headers=admin)
    assert again.status_code == (404 if recorded else 200)
    assert standing(N)["ecm_work"]["total_curves"] == 10
