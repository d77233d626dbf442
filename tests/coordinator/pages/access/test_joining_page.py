"""How to join in is told to everybody, with a key or without, as it is wanted here."""

import re

import pytest
from litestar.testing import TestClient

from coordinator.server.application import build_app
from coordinator.setup.settings import Settings
from tests.coordinator.pages.conftest import HTML


@pytest.mark.parametrize(
    ("roles", "says", "says_not", "counts"),
    [
        (("read", "work"), "No key is needed.", "worker.key", "0 open"),
        ((), "A key is needed, which tells whose work it is.", "No key is needed.", ""),
    ],
    ids=["open", "with keys"],
)
def test_anybody_is_told_how_to_join_in(tmp_path, roles, says, says_not, counts):
    settings = Settings(data_dir=tmp_path / "data", allow_anonymous=roles)
    with TestClient(build_app(settings), base_url="http://127.0.0.1:8000") as client:
        answer = client.get("/join", headers=HTML)
        public = [client.get(path, headers=HTML).text for path in ("/join", "/docs", "/redoc", "/admin/login")]
    assert answer.status_code == 200
    assert says in answer.text
    assert says_not not in answer.text
    told = {count for page in public for count in re.findall(r'data-count="/composites">(.*?)<', page)}
    assert told == {counts}, "who may not read is told no counts"
    assert "tallystick work --coordinator http://127.0.0.1:8000" in re.sub("<[^>]+>", "", answer.text)
