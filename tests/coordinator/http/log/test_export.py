"""The whole log as an export over HTTP."""

import io

import pytest

from coordinator.auditing.importing import import_log
from coordinator.log.ndjson import read_header


@pytest.fixture
def client(serving, admin):
    """A coordinator whose log has an opening and four keys, one of them for reading."""
    with serving(routers=[], ingests=[]) as client:
        for _ in range(4):
            made = client.post("/api/v1/admin/keys", json={"roles": ["read"]}, headers=admin).json()
        client.headers["Authorization"] = f"Bearer {made['key']}"
        yield client


def exported(client, **query):
    response = client.get("/api/v1/log", params=query)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/x-ndjson"
    return response.content


def test_the_log_is_given_as_an_export_that_can_be_imported(client, tmp_path):
    head = client.get("/api/v1/heads/latest").json()
    stages = []
    imported = import_log(io.BytesIO(exported(client)), tmp_path / "elsewhere", lambda told: stages.append(told.stage))
    assert stages[-1] == "index"
    assert (imported.log, imported.head.position) == (head["log"], 5)
    assert import_log(io.BytesIO(exported(client, upto=3)), tmp_path / "then").head.position == 3


def test_what_broke_off_goes_on_where_it_stopped(client):
    whole = exported(client).splitlines(keepends=True)
    assert len(whole) == 6
    for taken in range(1, 6):
        assert [*whole[:taken], *exported(client, **{"from": taken, "upto": 5}).splitlines(keepends=True)] == whole


def test_what_stands_beside_the_log_is_named_to_who_administers_it_only(client, admin):
    assert read_header(exported(client).splitlines()[0]).files == ()
    files = read_header(client.get("/api/v1/log", headers=admin).content.splitlines()[0]).files
    assert {"heads.ndjson", "signing.key"} <= set(files)


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ({"upto": 6}, 404, "There is no event 6; the log ends at 5."),
        ({"from": 6}, 400, "The query parameter from is 6; a position from 1 to 5 is accepted."),
        ({"from": 4, "upto": 3}, 400, "The query parameter from is 4; a position from 1 to 3 is accepted."),
        ({"as_of": 3}, 400, "as_of is not accepted here"),
    ],
)
def test_events_that_there_are_not_are_refused(client, query, status, sentence):
    response = client.get("/api/v1/log", params=query)
    assert response.status_code == status
    assert sentence in response.json()["detail"]
