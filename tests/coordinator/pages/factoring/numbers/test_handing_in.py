"""What programs printed that were run by hand, handed in on the page of a number: first a preview, then it counts."""

import html
import re

import pytest

N = (10**15 + 37) * (10**40 + 121)
OUTPUT = f"""GMP-ECM 7.0.5 [configured with GMP 6.3.0, --enable-asm-redc] [ECM]
Input number is {N} (56 digits)
Using B1=2000, B2=147396, polynomial x^1, sigma=1:42
Step 1 took 2ms
Step 2 took 3ms
Run 2 out of 3:
Using B1=2000, B2=147396, polynomial x^1, sigma=1:43
Step 1 took 2ms
Step 2 took 3ms
Run 3 out of 3:
Using B1=2000, B2=147396, polynomial x^1, sigma=1:44
"""


@pytest.fixture
def number(client):
    sent = client.post("/api/v1/composites/bulk", json=[str(N)]).json()
    return sent["composites"][0]["id"]


def read(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page.text))


def known(client, number):
    return [
        (one["parametrization"], one["curves"]) for one in client.get(f"/api/v1/composites/{number}").json()["effort"]
    ]


def test_a_preview_says_line_by_line_what_would_count_and_nothing_counts_yet(client, visitor, number):
    page = visitor.post(f"/composites/{number}/report", {"text": OUTPUT, "client": "desk"}, token=False)
    assert page.status_code == 200
    assert "2\N{NO-BREAK SPACE}curves would count" in read(page)
    assert "announced, and its end is not reported" in read(page)
    assert "Hand it in" in read(page)
    assert known(client, number) == []


def test_what_was_seen_and_confirmed_counts_once(client, visitor, number):
    fields = {"text": OUTPUT, "client": "desk", "confirmed": "yes"}
    for _ in range(2):
        page = visitor.post(f"/composites/{number}/report", fields, token=False)
        assert page.url.path == f"/composites/{number}"
        assert known(client, number) == [(1, 2)]
    assert "desk" in read(page)


def test_a_file_and_a_list_are_read_as_well(client, visitor, number):
    path, fields = f"/composites/{number}/report", {"client": "desk", "confirmed": "yes"}
    client.post(path, data=fields, files={"file": ("list", b"5@2000", "text/plain")}, headers={"Accept": "text/html"})
    assert known(client, number) == [(1, 5)]
    visitor.post(path, {**fields, "text": f'{{"input-decimal":"{N}","factors-prime":["{10**15 + 37}"]}}'}, token=False)
    assert client.get(f"/api/v1/composites/{number}/factorization").json()["primes"][0]["factor"] == str(10**15 + 37)


def test_lines_that_are_alike_count_each_and_of_a_list_that_has_grown_what_is_new(client, visitor, number):
    fields = {"client": "desk", "confirmed": "yes"}
    for lines, curves in ((2, 10), (2, 10), (3, 15)):
        visitor.post(f"/composites/{number}/report", {**fields, "text": "5@2000\n" * lines}, token=False)
        assert sum(ran for _, ran in known(client, number)) == curves


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "", "client": "desk"}, "Choose a file, or put what the program printed into the field"),
        ({"text": OUTPUT, "client": " "}, "Say who ran it"),
        ({"text": "hello", "client": "desk"}, "This is no output of GMP-ECM"),
    ],
)
def test_what_can_not_be_read_is_refused_and_stays_filled_in(visitor, number, fields, sentence):
    page = visitor.post(f"/composites/{number}/report", fields, token=False)
    assert page.status_code == 400
    assert sentence in read(page)
    assert fields["text"] in html.unescape(page.text)


def test_a_factor_that_p_minus_1_found_is_recorded_as_found_by_it(client, visitor, number):
    text = f"""GMP-ECM 7.0.5 [configured with GMP 6.3.0, --enable-asm-redc] [P-1]
Input number is {N} (56 digits)
Using B1=3000, B2=144078, polynomial x^1, x0=669489877
Step 1 took 1ms
********** Factor found in step 1: {10**15 + 37}
Found prime factor of 16 digits: {10**15 + 37}
"""
    fields = {"text": text, "client": "desk"}
    page = visitor.post(f"/composites/{number}/report", fields, token=False)
    assert "run of P-1, B1 3000, stage 1 only" in " ".join(read(page).split())
    visitor.post(f"/composites/{number}/report", fields | {"confirmed": "yes"}, token=False)
    found = client.get(f"/api/v1/composites/{number}").json()
    assert {(one["factor"], one["method"], one["b1"]) for one in found["factors"] if one["digits"] == 16} == {
        (str(10**15 + 37), "pm1", 3000)
    }
    assert [(one["method"], one["b1"], one["b2"]) for one in found["attempts"]] == [("pm1", 3000, 0)]
