"""Charts and badges to put elsewhere, and what previews of a page tell."""

import re
from base64 import b64encode
from hashlib import sha256
from xml.etree import ElementTree as ET

import pytest

P20, P21 = 10**19 + 51, 10**20 + 39


@pytest.fixture
def project(client):
    """A project whose name is no XML, with a number of which nothing is known and a factored one."""
    numbers = [{"number": str(n), "project": "Knuth & <sons>", "prior_t_level": 12} for n in (P20 * P21, 3 * P20)]
    client.post("/api/v1/composites/bulk", json=numbers).raise_for_status()
    return client


def image(client, path):
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (200, "image/svg+xml")
    return response, ET.fromstring(response.text)


def test_a_badge_tells_how_far_a_project_is(project):
    response, svg = image(project, "/badge/project/1.svg")
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Knuth & <sons>", "1 of 2 done, 0 factors"]
    assert response.headers["cache-control"] == "max-age=60"
    assert project.get("/badge/project/2.svg").status_code == 404
    assert project.get("/badge/project/x.svg").status_code == 404


def test_a_chart_of_a_page_is_an_image_by_itself(project):
    for form in ("as", "format"):
        response, svg = image(project, f"/composites/1?{form}=svg&of=missed")
        style = svg.find("{http://www.w3.org/2000/svg}style").text
        digest = b64encode(sha256(style.encode()).digest()).decode()
        assert response.headers["content-security-policy"] == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert "of is 'x'; missed" in project.get("/composites/1?as=svg&of=x").json()["detail"]
    assert project.get("/audit?as=svg").status_code == 404
    assert image(project, "/?as=svg")[1].find("{http://www.w3.org/2000/svg}title").text


def test_nobody_may_frame_a_page_where_the_operator_names_nobody(project):
    for path in ("/embed/composites/1?of=missed", "/composites/1?as=html"):
        assert "frame-ancestors 'none'" in project.get(path).headers["content-security-policy"]


def test_a_page_with_one_chart_may_be_framed_by_whom_the_operator_names(serving):
    with serving(embed_origins=("https://forum.example",)) as client:
        client.post("/api/v1/composites/bulk", json=[{"number": str(P20 * P21), "prior_t_level": 12}])
        framed = client.get("/embed/composites/1?of=missed")
        assert framed.headers["content-security-policy"].endswith("frame-ancestors https://forum.example")
        assert re.findall(r"<script|<form", framed.text) == []
        assert 'href="/composites/1" target="_top"' in framed.text
        assert client.get("/embed/admin/keys").status_code == 404
        assert client.get("/embed/nothing").status_code == 404


def test_previews_tell_what_a_page_is_about(project, visitor):
    def told(path):
        return dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', visitor.get(path).text))

    assert told("/composites/1")["title"] == "40 digits"
    assert told("/composites/1")["description"].startswith("40\N{NO-BREAK SPACE}digits: searched to t12")
    assert told("/projects/1")["title"] == "Knuth &amp; &lt;sons&gt;"
    assert (
        told("/projects/1")["description"] == "1 of 2\N{NO-BREAK SPACE}numbers done, 0\N{NO-BREAK SPACE}factors found."
    )
    assert told("/projects/1")["url"] == "http://127.0.0.1/projects/1"
