"""A search for what one number is called in full leads to its page; every other one lists what fits."""

import pytest

HTML = {"Accept": "text/html"}
VALUE = 10**30 + 57


@pytest.fixture
def known(client):
    """Hand in numbers; return the id of each."""
    sent = [
        {"number": str(VALUE), "name": "first of all"},
        {"number": "2^151-1", "name": "of a family"},
        {"number": "2^157-1", "name": "of a family"},
        {"number": "3^101-1"},
    ]
    return [one["id"] for one in client.post("/api/v1/composites/bulk", json=sent).json()["composites"]]


def look(client, text, **query):
    return client.get("/search", params={"q": text, **query}, headers=HTML, follow_redirects=False)


def test_a_value_an_expression_and_a_name_lead_to_their_number(client, known):
    for text, number in (
        (f" {VALUE} ", known[0]),
        ("first of all", known[0]),
        ("3^101-1", known[3]),
        ("M151", known[1]),
    ):
        answer = look(client, text)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/composites/{number}")
        assert client.get("/search", params={"q": text}, headers=HTML).url.path == f"/composites/{number}"


def test_the_past_leads_into_the_past(client, known):
    position = client.get("/api/v1/composites?size=1").json()["as_of"]
    assert look(client, "3^101-1", as_of=position).headers["location"] == f"/composites/{known[3]}?as_of={position}"
    assert look(client, "3^101-1", as_of=1).status_code == 200


def test_part_of_a_text_or_what_several_things_are_called_is_listed(client, known):
    client.post("/api/v1/composites/bulk", json=["7", "3"])
    assert client.get("/health").json()["log"]["position"] >= 7, "an event is called so too"
    for text in ("", str(VALUE)[:-1], "3^101", "of a family", "nothing is called so", "7", "3", f"{known[0]}"):
        assert look(client, text).status_code == 200, text


def test_programs_are_given_the_list(client, known):
    found = client.get("/search", params={"q": "3^101-1", "as": "json"}, follow_redirects=False)
    assert [one["address"] for one in found.json()["found"]] == [f"/composites/{known[3]}"]


def test_what_is_found_is_written_as_other_pages_write_it(client, known):
    page = look(client, "of a family").text
    for exponent in (151, 157):
        assert f'<span data-copy="2^{exponent}-1">2<sup>{exponent}</sup>\N{MINUS SIGN}1</span></a>' in page
    assert "2^151-1</a>" not in page
    assert '<span class="quiet">of a family, 46\xa0digits, open</span>' in page
    found = look(client, "of a family", **{"as": "json"}).json()["found"]
    assert [one["name"] for one in found] == ["2^151-1", "2^157-1"]
