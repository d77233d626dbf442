"""What is paused stands on every page, in one banner however much that is."""

import re

from tests.coordinator.http.conftest import ADMIN_KEY

ADMIN = {"X-Admin-Key": ADMIN_KEY}


def test_one_banner_tells_what_is_paused_and_cuts_long_reasons(visitor, client):
    assert "is paused" not in visitor.get("/tasks").text
    for number in range(25):
        name = f"box-{number:02}"
        assert client.post("/api/v1/admin/projects", json={"name": name}, headers=ADMIN).status_code == 200
        body = {"of": "project", "name": name, "reason": "much to say " * 41}
        assert client.post("/api/v1/admin/pause", json=body, headers=ADMIN).status_code == 200
    page = visitor.get("/tasks").text
    banners = re.findall(r'<div class="banner" role="status">(.*?)</div>', page, re.DOTALL)
    assert len(banners) == 1
    assert "24 more paused" in banners[0]
    told = re.findall(
        r"The project (box-\d\d) is paused since <time [^>]*>\d+ \w+ \d{4}, \d\d:\d\d UTC</time>: much", banners[0]
    )
    assert len(told) == len(set(told)) == 20
    assert "All 25 as JSON" in banners[0]
    assert len(banners[0]) < 20 * 500
    for one in range(25):
        client.post("/api/v1/admin/resume", json={"of": "project", "name": f"box-{one:02}"}, headers=ADMIN)
    assert "more paused" not in visitor.get("/tasks").text
