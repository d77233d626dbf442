"""Every error has one shape, whatever goes wrong."""

import errno
import logging
import os
import sqlite3
from typing import Annotated

import msgspec
import pytest
import structlog
from litestar import get, post
from litestar.params import FromPath, JSONBody, MultipartBody, QueryParameter

from coordinator.http.caller import PUBLIC
from coordinator.http.requests.forms import OF_A_FORM
from coordinator.http.requests.refusals import TooMany
from coordinator.http.responses.problems import KINDS, Problem
from coordinator.unavailable import Unavailable
from core.refusals import BadInput, Busy, Conflict, Forbidden, TooLarge, Unknown

RAISED = {
    "bad-input": BadInput,
    "unknown": Unknown,
    "conflict": Conflict,
    "forbidden": Forbidden,
    "too-large": TooLarge,
    "too-many": TooMany,
    "busy": Busy,
    "unavailable": Unavailable,
    "fault": RuntimeError,
}
"""What a handler may raise, by the kind of problem that comes of it."""


class Curve(msgspec.Struct, frozen=True):
    b1: Annotated[int, msgspec.Meta(ge=100)]
    sigmas: list[str] = []


class Number(msgspec.Struct, frozen=True):
    number: int | str
    note: str


class Form(msgspec.Struct, frozen=True):
    note: str


@get("/raises/{kind:str}", guards=[PUBLIC])
async def raises(kind: FromPath[str]) -> None:
    raise RAISED[kind]("It is as it is.")


@get("/fails/{number:int}", guards=[PUBLIC])
async def fails(number: FromPath[int]) -> None:
    raise OSError(number, os.strerror(number))


@get("/lacks/{what:str}", guards=[PUBLIC])
async def lacks(what: FromPath[str]) -> None:
    if what == "memory":
        raise MemoryError
    if what == "threads":
        raise RuntimeError("can't start new thread")
    error = sqlite3.OperationalError("unable to open database file")
    error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
    raise error


@post("/curves", guards=[PUBLIC])
async def curves(data: JSONBody[Curve]) -> Curve:
    return data


@post("/small", guards=[PUBLIC], request_max_body_size=10)
async def small(data: JSONBody[list[int]]) -> list[int]:
    return data


@post("/form", guards=[PUBLIC], opt=OF_A_FORM)
async def form(data: MultipartBody[Form]) -> str:
    return data.note


@get("/page", guards=[PUBLIC])
async def page(
    size: Annotated[int, QueryParameter(ge=1, le=500)],
    word: Annotated[str | None, QueryParameter(name="q", max_length=5)] = None,
) -> str:
    return (word or "") * size


@get("/by/{number:int}", guards=[PUBLIC])
async def by_number(number: FromPath[int]) -> int:
    return number


@post("/numbers", guards=[PUBLIC])
async def numbers(data: JSONBody[Number]) -> Number:
    return data


ROUTES = [numbers, raises, fails, lacks, curves, small, form, page, by_number]


@pytest.fixture(scope="module")
def client(serving_in, tmp_path_factory):
    with serving_in(tmp_path_factory.mktemp("data"), routers=ROUTES, ingests=[]) as client:
        yield client


def problem_in(response):
    """Check the shape of an error, and return it."""
    assert response.headers["content-type"] == "application/problem+json"
    found = msgspec.json.decode(response.content, type=Problem)
    assert found.status == response.status_code
    assert found.kind.startswith("/problems/")
    assert found.detail.endswith((".", "key"))
    assert "x-request-id" in response.headers
    return found


@pytest.mark.parametrize("kind", RAISED)
def test_each_kind_of_refusal_has_its_status(client, kind):
    response = client.get(f"/raises/{kind}")
    status, title = KINDS[kind]
    found = problem_in(response)
    assert (found.kind, found.status, found.title) == (f"/problems/{kind}", status, title)


@pytest.mark.parametrize("kind", ["too-many", "busy", "unavailable"])
def test_what_may_succeed_later_says_when(client, kind):
    assert int(client.get(f"/raises/{kind}").headers["retry-after"]) >= 1


def test_a_fault_is_logged_and_shows_nothing_of_the_inside(client):
    with structlog.testing.capture_logs() as lines:
        response = client.get("/raises/fault", headers={"X-Request-ID": "abc-1"})
    detail = problem_in(response).detail
    assert "It is as it is" not in response.text
    assert "abc-1" in detail
    (line,) = [line for line in lines if line["event"] == "request_failed"]
    assert line["request"] == "abc-1"
    assert isinstance(line["exc_info"], RuntimeError)


def test_a_file_that_finds_no_room_may_come_again_and_one_that_fails_otherwise_is_a_fault(client):
    full = client.get(f"/fails/{errno.ENOSPC}")
    assert "No space left on device" in problem_in(full).detail
    assert (full.status_code, full.headers["retry-after"]) == (503, "1")
    assert client.get(f"/fails/{errno.EMFILE}").status_code == 503
    assert problem_in(client.get(f"/fails/{errno.EACCES}")).status == 500


@pytest.mark.parametrize("what", ["memory", "threads", "files"])
def test_what_the_process_has_too_little_of_is_said_and_may_come_again(client, what):
    answer = client.get(f"/lacks/{what}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert problem_in(answer).detail.endswith(".")


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client):
    assert problem_in(client.get("/nowhere")).status == 404
    assert "/nowhere" in problem_in(client.get("/nowhere")).detail
    response = client.put("/curves", json={})
    assert problem_in(response).status == 405
    assert "POST" in response.headers["allow"]
    assert problem_in(client.get("/by/seven")).status == 404


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"b1": 50}', "b1 is 50; a whole number of at least 100 is accepted."),
        (b'{"b1": "many"}', "b1 is 'many'; a whole number of at least 100 is accepted."),
        (b"{}", "b1 is missing; a whole number of at least 100 is required."),
        (b'{"b1": 100, "sigmas": ["1", 2]}', "sigmas[1] is 2; text is accepted."),
        (b"[]", "The body is an empty array; an object with b1 is accepted."),
        (b"", "The body is missing; an object with b1 is required."),
        (b'{"b1": 1', "The body is not JSON: truncated; a JSON value in UTF-8 is accepted."),
        (b'{"b1": "\xff"}', "The body is not UTF-8 (byte 0 of a text in it); JSON in UTF-8 is accepted."),
        (b"[" * 100_000, "The body is nested too deeply; a few levels are accepted."),
        (b"null", "The body is null; an object with b1 is accepted."),
    ],
)
def test_a_body_that_does_not_fit_is_told_which_value_and_what_fits(client, body, detail):
    response = client.post("/curves", content=body, headers={"Content-Type": "application/json"})
    assert problem_in(response).status == 400
    assert response.json()["detail"] == detail


@pytest.mark.parametrize(
    ("query", "detail"),
    [
        ("", "The query parameter size is missing; a whole number from 1 to 500 is required."),
        ("?size=0", "The query parameter size is 0; a whole number from 1 to 500 is accepted."),
        ("?size=ten", "The query parameter size is 'ten'; a whole number from 1 to 500 is accepted."),
        ("?size=1&q=%FF", "The query is not UTF-8; percent-encoded UTF-8 is accepted."),
        ("?size=1&q=longer", "The query parameter q is 'longer'; text of at most 5 characters is accepted."),
    ],
)
def test_a_parameter_that_does_not_fit_is_named(client, query, detail):
    response = client.get(f"/page{query}")
    assert problem_in(response).status == 400
    assert response.json()["detail"] == detail


def test_whole_numbers_of_any_length_arrive(client):
    long = "7" * 10_000
    body = f'{{"number": {long}, "note": "say \\"{long}\\" aloud, {long}"}}'
    response = client.post("/numbers", content=body, headers={"Content-Type": "application/json"})
    assert response.json() == {"number": long, "note": f'say "{long}" aloud, {long}'}


def test_another_media_type_is_refused_and_none_is_taken_for_json(client):
    response = client.post("/curves", content=b'{"b1": 100}', headers={"Content-Type": "text/plain"})
    assert problem_in(response).status == 415
    for stated in ({"Content-Type": "application/json; charset=utf-8"}, {"Content-Type": "application/x+json"}, {}):
        assert client.post("/curves", content=b'{"b1": 100}', headers=stated).status_code == 201


def test_a_body_that_is_too_large_is_told_the_limit(client):
    response = client.post("/small", json=list(range(100)))
    assert problem_in(response).status == 413
    assert "10 bytes" in response.json()["detail"]


def test_a_form_that_is_none_is_bad_input(client):
    response = client.post("/form", content=b"note=x", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert problem_in(response).status in {400, 415}
    response = client.post(
        "/form", content=b"--x\r\nbroken", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )
    assert problem_in(response).status == 400
    assert "a form with its boundary is accepted" in response.text
    assert client.post("/form", data={"note": "hello"}, files={"f": b""}).status_code == 201


def test_nothing_is_logged_of_a_refusal_but_its_line(client, caplog):
    caplog.set_level(logging.DEBUG)
    assert problem_in(client.get("/raises/conflict")).detail == "It is as it is."
    assert "It is as it is" not in caplog.text
