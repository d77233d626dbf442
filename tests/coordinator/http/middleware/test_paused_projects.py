"""Nothing of a project that is paused is handed out, by whatever address it is asked for."""

import pytest

LEFTOVER = 1_000_000_000_000_000_000_000_000_000_057 * 1_000_000_000_000_000_000_000_000_000_099


@pytest.fixture
def steer(client, admin):
    def steer(action):
        body = {"of": "project", "name": "mersenne"}
        assert client.post(f"/api/v1/admin/{action}", json=body, headers=admin).status_code == 200

    return steer


def test_neither_curves_nor_p1_nor_stage_2_nor_sieving(client, known, number, stage_1, upload, content, steer):
    known(number, project="mersenne")
    known(LEFTOVER, project="mersenne", target_t_level=20, prior_t_level=25)
    upload(content, stage1_attempt_id=stage_1)
    steer("pause")
    asked = {
        "ecm-work": {"client_id": "bob"},
        "work/request": {"client_id": "bob", "method": "qs"},
        "p1-work": {"client_id": "bob"},
        "residues/work": {},
    }

    def given(address):
        answer = client.get(f"/api/v1/{address}", params=asked[address], headers={"X-Client-ID": "bob"})
        assert answer.status_code == 200, answer.text
        return answer

    for address in asked:
        answer = given(address)
        assert answer.json()["composite"] is None, address
        assert answer.json()["message"].endswith("Paused just now: mersenne."), address
        assert answer.headers["retry-after"], address
    steer("resume")
    for address in asked:
        if address != "ecm-work":  # numbers whose residues wait are left out there
            assert given(address).json()["composite"] is not None, address


def test_a_number_that_joins_a_paused_project_and_a_part_of_one_rest_too(client, known, ask, steer):
    known(2**137 - 1, project="mersenne")
    steer("pause")
    known(LEFTOVER)
    known(LEFTOVER, project="mersenne")
    assert ask()["work_id"] is None
    steer("resume")
    assert ask()["work_id"] is not None
