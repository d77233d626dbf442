"""Handing in numbers at the address of the contract."""

import pytest

from coordinator.http.factoring.submitting import MAX_ITEMS

ADDRESS = "/api/v1/composites/bulk"


@pytest.mark.parametrize(
    ("item", "number", "sentence"),
    [
        ("", "", "The number is empty"),
        ("0", "0", "0 is less than 2"),
        ("-5", "-5", "-5 is negative"),
        (1, "1", "1 is less than 2"),
        (1.5, "1.5", "number is 1.5; text or a whole number is accepted."),
        (None, "null", "number is null; text or a whole number is accepted."),
        ([], "[]", "number is an empty array; text or a whole number is accepted."),
        ({}, "", "number is missing; text or a whole number is required."),
        ({"number": "15", "target_t_level": "20"}, "15", "target_t_level is '20'; a number or null is accepted."),
        (
            "\N{DEVANAGARI DIGIT ONE}5",
            "\N{DEVANAGARI DIGIT ONE}5",
            "digits, + - * / ^ ! # and parentheses are accepted",
        ),
        ("9" * 20_000, "9999…9999 (20000 digits)", "at most 10000 digits are accepted"),
    ],
)
def test_a_bad_number_is_named_as_it_was_sent_and_its_neighbours_are_taken(client, item, number, sentence):
    answer = client.post(ADDRESS, json=["21", item, {"number": 35}]).json()
    assert (answer["input_count"], answer["new_composites"], answer["invalid_numbers"]) == (3, 2, 1)
    assert [taken["composite"] for taken in answer["composites"]] == ["21", "35"]
    (error,) = answer["errors"]
    assert (error["index"], error["number"]) == (1, number)
    assert sentence in error["error"]


def test_a_field_that_is_not_known_is_named_and_the_number_taken(client):
    sent = {"composites": [{"number": "2^131-1", "prority": 5, "digits": 40}, "35"], "default_prority": 7}
    answer = client.post(ADDRESS, json=sent).json()
    assert (answer["new_composites"], answer["errors"]) == (2, [])
    assert answer["message"].startswith(
        "Not known here, and left out: default_prority; the fields are composites, default_priority, project_name."
        " Not known here, and left out: digits, prority; the fields are number, target_t_level, priority, project,"
    )
    several = {f"field{letter}{'x' * 80}": 1 for letter in "abcdef"}
    named = ", ".join(f"field{letter}{'x' * 54}…" for letter in "abcde")
    told = client.post(ADDRESS, json=[{"number": "35", **several}]).json()["message"]
    assert told.startswith(f"Not known here, and left out: {named}, …; the fields are number, ")


def test_a_key_stands_for_one_list_of_numbers(client):
    key = {"Idempotency-Key": "k"}
    first = client.post(ADDRESS, json=["21", "35"], headers=key)
    assert client.post(ADDRESS, json=["21", "35"], headers=key).json() == first.json()
    for other in (["22", "35"], ["21", "35", "39"], ["21"]):
        refused = client.post(ADDRESS, json=other, headers=key)
        assert (refused.status_code, "The key" in refused.json()["detail"]) == (409, True)
    assert client.get("/api/v1/composites", params={"search": "39"}).json()["total"] == 0


def test_what_is_said_beside_a_list_holds_for_numbers_that_say_nothing_else(client):
    items = ["2^79-1", {"number": "2^83-1", "priority": 3, "project": "mersenne"}]
    answer = client.post(ADDRESS, json={"composites": items, "default_priority": 5, "project_name": "others"})
    assert answer.json()["new_composites"] == 2
    events = client.get("/api/v1/events", params={"type": "factoring.composite_submitted.v1"}).json()["events"]
    said = {event["data"]["expression"]: (event["data"]["priority"], event["data"]["project"]) for event in events}
    assert said == {"2^79-1": (5, "others"), "2^83-1": (3, "mersenne")}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "composites is missing; an array is required."),
        ({"composites": "21"}, "composites is '21'; an array is accepted."),
        ("21", "The body is '21'; an array or an object with composites is accepted."),
        (
            {"composites": ["21"], "default_priority": True},
            "default_priority is true; a whole number from -2147483647 to 2147483647 or null is accepted.",
        ),
        ({"composites": ["21"], "project_name": 0}, "project_name is 0; text or null is accepted."),
    ],
)
def test_of_what_is_no_list_nothing_is_taken(client, body, sentence):
    answer = client.post(ADDRESS, json=body)
    assert (answer.status_code, answer.json()["detail"]) == (400, sentence)
    assert client.get("/api/v1/composites").json()["total"] == 0


def test_a_list_of_too_many_numbers_is_not_taken(client):
    answer = client.post(ADDRESS, json=["21"] * (MAX_ITEMS + 1))
    assert (answer.status_code, answer.json()["detail"]) == (
        413,
        "10001 numbers were sent; at most 10000 are accepted at once.",
    )
    assert client.get("/api/v1/composites").json()["total"] == 0


def test_of_a_name_it_is_said_what_it_was_read_as(client):
    sent = ["M67", "2,71-", "R(19)", "2^73-1", str(10**20 + 39)]
    answer = client.post("/api/v1/composites/bulk", json=sent).json()
    assert [taken["read_as"] for taken in answer["composites"]] == ["2^67-1", "2^71-1", "(10^19-1)/9", None, None]
    assert answer["composites"][0]["composite"] == str(2**67 - 1)
    assert client.get("/api/v1/composites", params={"q": "2,67-"}).status_code == 200


def test_what_has_two_readings_is_refused_with_both_and_its_neighbours_are_taken(client):
    answer = client.post("/api/v1/composites/bulk", json=["10^2^5+3", "2^79-1"]).json()
    assert [taken["number"] for taken in answer["composites"]] == ["2^79-1"]
    (error,) = answer["errors"]
    assert error["error"].startswith(
        "'10^2^5' has two readings: 10^(2^5), as is usual, and (10^2)^5, as GMP-ECM reads it"
    )


def test_a_special_form_that_the_expression_does_not_tell_is_noted_once(client):
    items = [{"number": "21", "snfs_difficulty": 40}, {"number": "35", "snfs_difficulty": -1}, {"number": "55"}]
    for _ in range(2):
        answer = client.post(ADDRESS, json=items, headers={"Idempotency-Key": "forms"}).json()
        assert [error["error"][:32] for error in answer["errors"]] == ["snfs_difficulty -1 is out of bou"]
        assert len(answer["composites"]) == 2
    noted = client.get("/api/v1/events", params={"type": "factoring.snfs_form_noted.v1"}).json()["events"]
    assert [event["data"] for event in noted] == [{"number": 1, "difficulty": 40}]


def test_a_number_that_jo_has_rounded_is_refused_and_its_digits_as_text_are_not(client):
    """Of 147573952589676412927 jo 1.9 makes 1.475739525896764e+20, and text with -s."""
    rounded, text = (
        client.post(
            ADDRESS,
            content=f'{{"composites":[{number}]}}',
            headers={"Content-Type": "application/json"},
        ).json()
        for number in ("1.475739525896764e+20", '"147573952589676412927"')
    )
    assert [rounded["new_composites"], text["new_composites"]] == [0, 1]
    assert [error["error"] for error in rounded["errors"]] == [
        "number is 1.475739525896764e+20 in floating point; text or a whole number is accepted."
    ]
