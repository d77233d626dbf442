"""Atom feeds of factors, as a feed reader takes them."""

from xml.etree import ElementTree as ET

import pytest

SMALL, LARGE = 10**11 + 3, 10**20 + 39
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def finding(client):
    """A function that has somebody find a factor in a number of a project."""

    def finding(project, name, finder):
        number = {"number": str(SMALL * LARGE), "project": project, "name": name}
        client.post("/api/v1/composites/bulk", json=[number]).raise_for_status()
        body = {
            "composite": str(SMALL * LARGE),
            "client_id": finder,
            "method": "ecm",
            "program": "gmp-ecm",
            "parameters": {"b1": 11000, "curves": 1, "parametrization": 1, "sigma": "77"},
            "results": {"factor_found": str(SMALL), "curves_completed": 1, "execution_time": 1},
            "raw_output": "",
        }
        client.post("/api/v1/submit_result", json=body).raise_for_status()

    return finding


@pytest.fixture
def found(finding):
    """A factor, found by somebody whose name wants escaping."""
    finding("Fermat & <Co>", "F<12>", "a<b>&c")


def read(answer):
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)


def test_a_feed_tells_of_factors_and_is_the_same_until_another_is_found(client, found):
    answer = client.get("/api/v1/factors.atom")
    feed = read(answer)
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.find(f"{ATOM}title").text.startswith("p12 of ")
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "a<b>&c"
    assert str(SMALL) in entry.find(f"{ATOM}summary").text
    assert entry.find(f"{ATOM}link").get("href") == "http://127.0.0.1/composites/1"
    assert feed.find(f"{ATOM}updated").text == entry.find(f"{ATOM}updated").text
    ids = [one.text for one in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == 2
    assert all(one.startswith("urn:uuid:") for one in ids)
    for tag in (answer.headers["etag"], f'"other", W/{answer.headers["etag"]}'):
        again = client.get("/api/v1/factors.atom", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
    assert [one.text for one in read(client.get("/api/v1/factors.atom")).iter(f"{ATOM}id")] == ids


def test_each_project_has_a_feed(client, found):
    feed = read(client.get("/api/v1/projects/1/factors.atom"))
    assert feed.find(f"{ATOM}title").text == "Factors in Fermat & <Co>"
    assert len(feed.findall(f"{ATOM}entry")) == 1
    assert client.get("/api/v1/projects/9/factors.atom").status_code == 404
    page = client.get("/projects/1", headers={"Accept": "text/html"}).text
    assert 'type="application/atom+xml" title="Factors in Fermat &amp; &lt;Co&gt;"' in page


def test_a_feed_of_nothing_is_a_feed(client):
    assert read(client.get("/api/v1/factors.atom")).findall(f"{ATOM}entry") == []


def test_names_that_nobody_can_see_are_written_out(client, finding):
    finding("\u3164\uffa0", "\u2800", "\u3164")
    feed = read(client.get("/api/v1/projects/1/factors.atom"))
    (entry,) = feed.findall(f"{ATOM}entry")
    assert feed.find(f"{ATOM}title").text == "Factors in U+3164U+FFA0"
    assert entry.find(f"{ATOM}title").text == "p12 of 'U+2800'"
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "U+3164"
