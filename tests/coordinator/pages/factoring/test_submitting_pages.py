"""Numbers that are submitted on a page by whoever may, and what administrators can do from where they see a thing."""

import asyncio
import re

import pytest

from coordinator.intake.uploads import AT_ONCE_LINES, Uploads
from tests.coordinator.pages.conftest import Visitor
from tests.waiting import until

P20, P21 = 10**19 + 51, 10**20 + 39
P, Q, R = 10**15 + 37, 10**17 + 3, 10**20 + 39


@pytest.fixture
def keyed(serving, admin):
    """A coordinator to which callers without a key may do nothing, and a function that signs in with roles."""
    with serving(allow_anonymous=()) as client:

        def signed_in(*roles):
            made = client.post("/api/v1/admin/keys", json={"roles": roles}, headers=admin).json()
            visitor = Visitor(client)
            assert visitor.sign_in(made["key"], next="/composites").status_code == 200
            return visitor

        yield client, signed_in


def send(visitor, path, **fields):
    token = re.search(r'name="token" value="([^"]*)"', visitor.get("/submit").text)[1]
    return visitor.post(path, {"token": token, **fields})


def test_a_visitor_without_a_key_submits_where_that_is_open(visitor, client):
    looked = send(visitor, "/submit", text="2^89-1\n(10^71-1)/9\n", project="page", target="31", priority="4")
    assert "Nothing has been taken yet" in looked.text
    assert "<li><code>2^89-1</code></li>" in looked.text
    assert client.get("/api/v1/composites").json()["total"] == 0
    assert "Numbers added" in send(visitor, looked.url.path).text
    (shown,) = client.get("/api/v1/composites", params={"project": "page", "search": "(10^71-1)/9"}).json()[
        "composites"
    ]
    assert (shown["target_t_level"], shown["priority"]) == (31.0, 4)


def test_a_long_list_goes_on_before_its_first_numbers_are_taken(visitor, client, monkeypatch):
    let_go, take = asyncio.Event(), Uploads._take

    async def held(*args):
        await let_go.wait()
        await take(*args)

    monkeypatch.setattr(Uploads, "_take", held)
    looked = send(visitor, "/submit", text="\n".join(str(10**12 + 2 * one) for one in range(AT_ONCE_LINES + 2)))
    taken = send(visitor, looked.url.path).text
    assert "Nothing has been taken yet" not in taken
    assert "data-going" in taken
    with client.portal() as portal:
        portal.call(let_go.set)
    until(lambda: "data-going" not in visitor.get(looked.url.path).text)
    assert client.get("/api/v1/composites").json()["total"] > AT_ONCE_LINES


def test_it_takes_the_role_submit_and_whoever_has_none_is_led_to_sign_in(keyed):
    client, signed_in = keyed
    assert Visitor(client).get("/submit").url.path == "/admin/login"
    assert signed_in("read").get("/submit").status_code == 403
    submitter = signed_in("read", "submit")
    assert submitter.get("/admin/uploads").status_code == 403
    looked = send(submitter, "/submit", text=str(P20 * P21))
    assert "Recorded in the name of key-2." in looked.text
    assert send(submitter, looked.url.path).status_code == 200


def test_the_form_is_filled_with_what_its_address_says_and_keeps_what_was_refused(visitor):
    page = visitor.get("/submit?project=cunningham&text=2^1277-1").text
    assert 'value="cunningham"' in page
    assert ">2^1277-1</textarea>" in page
    refused = send(visitor, "/submit", text="2^89-1", target="200")
    assert (refused.status_code, "target 200 is out of bounds" in refused.text) == (400, True)
    assert ">2^89-1</textarea>" in refused.text


def test_a_special_form_is_read_from_the_expression_or_noted_on_the_page(client, visitor, administrator):
    client.post("/api/v1/composites/bulk", json=["10^199+7", str((10**99 + 289) * (10**100 + 267))])
    ids = {row["composite"]: row["id"] for row in client.get("/api/v1/composites?size=100").json()["composites"]}
    special, other = ids[str(10**199 + 7)], ids[str((10**99 + 289) * (10**100 + 267))]
    assert "Its special form has a difficulty of 199" in visitor.get(f"/composites/{special}").text
    assert "Its special form" not in visitor.get(f"/composites/{other}").text
    administrator.post(f"/admin/numbers/{other}/wanted", {"snfs_difficulty": "205"})
    assert "Its special form has a difficulty of 205" in visitor.get(f"/composites/{other}").text


def test_ways_to_administer_stand_where_a_thing_is_seen(client, visitor, admin_key):
    client.post("/api/v1/composites/bulk", json=[str(P20 * P21)])
    work = client.get("/api/v1/work/request", params={"client_id": "alice"}).json()["work_id"]
    result = {
        "work_assignment_id": work,
        "client_id": "alice",
        "curves_completed": 1,
        "b1": 2000,
        "sigmas": ["8"],
        "factors_found": [{"factor": str(P20), "sigma": "8"}],
    }
    client.post("/api/v1/results/ecm", json=result).raise_for_status()
    assert "data-administers" not in visitor.get("/composites/1").text
    visitor.sign_in(admin_key)
    page = visitor.get("/composites/1").text
    assert " data-administers>" in page
    assert 'href="/admin/numbers/1"' in page
    withdrawing = re.findall(r'class="administer" href="(/admin/corrections\?positions=\d+)"', page)
    assert len(withdrawing) >= 2
    for address in withdrawing:
        preview = visitor.get(address)
        assert (preview.status_code, "What would be withdrawn" in preview.text) == (200, True)
        until(lambda address=address: 'name="reason" required' in visitor.get(address).text)
    position = withdrawing[0].rpartition("=")[2]
    assert withdrawing[0] in visitor.get(f"/events/{position}").text
    assert withdrawing[0] in visitor.get("/factors").text


def test_a_search_offers_to_add_a_number_that_is_not_on_record(visitor, client):
    found = visitor.get("/search", params={"q": "2^1277-1"}).text
    assert 'href="/submit?text=2%5E1277-1"' in found
    assert '2<sup>1277</sup>\N{MINUS SIGN}1</span></a> <span class="quiet">385\xa0digits, add it</span>' in found
    assert "/submit" not in visitor.get("/search", params={"q": "17"}).text
    client.post("/api/v1/composites/bulk", json=["2^1277-1"])
    assert "/submit" not in visitor.get("/search", params={"q": "2^1277-1"}).text


def test_a_number_of_10_000_digits_is_offered_as_well_and_what_is_none_is_not(visitor):
    longest = "7" * 10_000
    found = visitor.get("/search", params={"q": longest}).text
    assert f'href="/submit?text={longest}"' in found
    assert "10\u202f000\xa0digits, add it" in found
    assert f">{longest}</textarea>" in visitor.get("/submit", params={"text": longest}).text
    for other in (longest + "7", "0" + longest[1:], longest[1:] + "x", "\N{ARABIC-INDIC DIGIT SEVEN}" * 2_000):
        assert "Nothing fits" in visitor.get("/search", params={"q": other}).text


def test_targets_beyond_what_ecm_pays_for_are_told_before_a_list_is_taken_as_afterwards(visitor, client):
    faster = "beyond t16.3: from there on the quadratic sieve is faster than ECM"
    looked = send(visitor, "/submit", text=f"{P * Q * R}\n", target="30")
    assert f"</code> is t30.0, {faster}." in looked.text
    send(visitor, looked.url.path)
    assert f"and {faster}" in visitor.get("/composites/1").text
    again = send(visitor, "/submit", text=f"{P * Q * R}\n{10**52 + 7}\n2^1277-1\n")
    assert "The target of <code>2^1277-1</code> is t80.0, beyond t75.7: from there on the special" in again.text
    several = send(visitor, "/submit", text=f"{10**59 + 7}\n{P * Q * R}\n{10**80 + 7}\n", target="19")
    assert "2\xa0targets lie beyond what ECM pays for. The furthest, that of <code>1" in several.text
    assert f"</code>, is t19.0, {faster}." in several.text


def test_a_list_without_a_number_is_not_offered_to_be_taken(visitor):
    for text, refused in (("# nothing yet", 0), ("foo\nbar", 2)):
        looked = send(visitor, "/submit", text=text).text
        assert "There is no number in it that can be taken." in looked
        assert "Take the list" not in looked
        assert "up to 0" not in looked
        assert looked.count("digits, + - * / ^ ! # and parentheses are accepted") == refused
    assert "Take the list" in send(visitor, "/submit", text="foo\n91").text
