import json
import signal

import pytest

from coordinator.cli.ending import Exit, Failure, Told
from coordinator.cli.reaching import wire

TAKEN_BY_THEN = (
    "Of 1,103 numbers the first 1,000 were taken by then, and the next 103 may have been; the same command again takes the"
    " rest, and records none twice."
)
BULK = ("POST", "/api/v1/composites/bulk")


@pytest.fixture
def taking(stub):
    """Have the coordinator take everything but what holds a letter."""

    def take(items):
        known = [(index, item["number"]) for index, item in enumerate(items)]
        bad = [
            {"index": i, "number": n, "error": f"{n!r} is not a number."} for i, n in known if any(map(str.isalpha, n))
        ]
        good = [n for _, n in known if not any(map(str.isalpha, n))]
        return {
            "input_count": len(items),
            "new_composites": len(good),
            "existing_composites": 0,
            "updated_composites": 0,
            "invalid_numbers": len(bad),
            "errors": bad,
            "composites": [
                {"id": i, "number": n, "status": "open", "primality": "composite"} for i, n in enumerate(good, 1)
            ],
        }

    stub.answers[BULK] = (200, take)
    return stub


def test_numbers_are_handed_in_as_they_are_written(run, taking):
    result = run("submit", "--coordinator", taking.url, "2^257-1", "91", "--target-t-level", "20", "--project", "demo")
    assert result.exit_code == Exit.DONE
    assert result.stdout == "     1  open      2^257-1\n     2  open      91\n"
    wished = {"target_t_level": 20.0, "project": "demo"}
    assert taking.asked[0][2] == [{"number": "2^257-1", **wished}, {"number": "91", **wished}]


def test_that_nobody_is_there_to_work_is_said_beside_the_numbers(run, taking):
    _, take = taking.answers[BULK]
    taking.answers[BULK] = (200, lambda items: take(items) | {"message": "Nobody runs curves."})
    result = run("submit", "--coordinator", taking.url, "91")
    assert (result.exit_code, result.stdout, result.stderr) == (
        Exit.DONE,
        "     1  open      91\n",
        "Nobody runs curves.\n",
    )


def test_what_was_done_elsewhere_goes_with_each_number(run, taking):
    prior = ("--prior-t-level", "35", "--work", "513@25e4;100@1e6,0,p=3")
    assert run("submit", "--coordinator", taking.url, "2^257-1", "91", *prior).exit_code == Exit.DONE
    declared = {"prior_t_level": 35.0, "work": "513@25e4;100@1e6,0,p=3"}
    assert taking.asked[0][2] == [{"number": "2^257-1", **declared}, {"number": "91", **declared}]


@pytest.mark.parametrize("primality", ["proven", "probable"])
def test_of_a_prime_it_is_said_whether_it_is_proven(run, taking, primality):
    composites = [{"id": 1, "number": "2^521-1", "status": "prime", "primality": primality}]
    counts = {"input_count": 1, "new_composites": 1, "existing_composites": 0, "updated_composites": 0}
    answer = {**counts, "invalid_numbers": 0, "errors": [], "composites": composites}
    taking.answers[BULK] = (200, answer)
    assert f"{primality} prime" in run("submit", "--coordinator", taking.url, "2^521-1").stdout


def test_files_and_standard_input_give_a_number_a_line(run, taking, tmp_path):
    listed = tmp_path / "numbers.txt"
    listed.write_text("# two\n97#+1 # a primorial\n\n15\n")
    assert run("submit", "--coordinator", taking.url, listed, "-", "21", input="35\n").exit_code == Exit.DONE
    assert [item["number"] for item in taking.asked[0][2]] == ["97#+1", "15", "35", "21"]


def test_a_file_in_utf_16_is_read(run, taking, tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("# numbers\n2^137-1\n2^151-1\n", encoding="utf-16")
    run("submit", "--coordinator", taking.url, str(path))
    assert [item["number"] for item in taking.asked[0][2]] == ["2^137-1", "2^151-1"]


def test_many_numbers_go_in_pieces_and_errors_keep_their_places(run, taking, tmp_path):
    listed = tmp_path / "numbers.txt"
    listed.write_text("".join(f"{number}\n" for number in range(100, 1203)) + "bad\n")
    result = run("submit", "--coordinator", taking.url, listed, "--json")
    assert [len(body) for _, _, body, _ in taking.asked] == [500, 500, 104]
    answer = json.loads(result.stdout)
    assert (answer["input_count"], answer["new_composites"], len(answer["composites"])) == (1104, 1103, 1103)
    assert answer["errors"] == [{"index": 1103, "number": "bad", "error": "'bad' is not a number."}]
    assert result.exit_code == Exit.UNSOUND


@pytest.mark.parametrize("in_json", [False, True])
@pytest.mark.parametrize(
    ("end", "exit_code", "last"),
    [
        (KeyboardInterrupt, Exit.INTERRUPTED, "Interrupted."),
        (lambda: Told(signal.SIGTERM), 143, "Ended by SIGTERM."),
        (lambda: Failure(Exit.UNREACHABLE, "Nobody is there."), Exit.UNREACHABLE, "Nobody is there."),
    ],
    ids=["ctrl-c", "sigterm", "gone"],
)
def test_who_is_cut_short_is_told_what_was_taken(run, taking, tmp_path, monkeypatch, in_json, end, exit_code, last):
    def post(self, path, body):
        if len(taking.asked) == 2:
            raise end()
        return send(self, path, body)

    send = wire.Coordinator.post
    monkeypatch.setattr(wire.Coordinator, "post", post)
    listed = tmp_path / "numbers.txt"
    listed.write_text("".join(f"{number}\n" for number in range(100, 1203)))
    result = run("submit", "--coordinator", taking.url, listed, *["--json"] * in_json)
    assert result.exit_code == exit_code
    assert result.stderr.replace("\xa0", " ").replace("\u202f", ",").splitlines() == [
        TAKEN_BY_THEN,
        last,
    ]
    told = len(json.loads(result.stdout)["composites"]) if in_json else len(result.stdout.splitlines())
    assert told == 1000


def test_a_refused_number_is_told_and_its_neighbours_are_taken(run, taking):
    result = run("submit", "--coordinator", taking.url, "91", "no")
    assert result.stdout == "     1  open      91\n"
    assert result.stderr == "no: 'no' is not a number.\n1 of 2\xa0numbers was refused.\n"
    assert result.exit_code == Exit.UNSOUND
    two = run("submit", "--coordinator", taking.url, "no", "none")
    assert two.stderr.endswith("\n2 of 2\xa0numbers were refused.\n")


def test_a_file_that_is_not_there_is_named_before_anything_is_sent(run, taking, tmp_path):
    result = run("submit", "--coordinator", taking.url, "91", tmp_path / "numbers.txt")
    assert (result.exit_code, taking.asked) == (Exit.USAGE, [])
    assert result.stderr.startswith(f"There is no file '{tmp_path / 'numbers.txt'}'; digits, an expression such as ")


def test_a_number_may_be_longer_than_the_name_of_a_file(run, taking):
    assert run("submit", "--coordinator", taking.url, "7" * 5_000).exit_code == Exit.DONE
    assert taking.asked[0][2] == [{"number": "7" * 5_000}]


@pytest.mark.parametrize("content", [b"\xff\xfd", b"\xff\xfe1"], ids=["of nothing", "of half a sign"])
def test_a_file_that_is_no_text_is_refused(run, taking, tmp_path, content):
    listed = tmp_path / "numbers.txt"
    listed.write_bytes(content)
    result = run("submit", "--coordinator", taking.url, listed)
    assert (result.exit_code, taking.asked) == (Exit.USAGE, [])
    assert "is not a text in UTF-8" in result.stderr


def test_the_key_is_sent_as_bearer(run, taking, monkeypatch, tmp_path):
    file = tmp_path / "key"
    file.write_text("ts_secret\n")
    monkeypatch.setenv("TALLYSTICK_API_KEY_FILE", str(file))
    run("submit", "--coordinator", taking.url, "91")
    assert taking.asked[0][3] == "Bearer ts_secret"


@pytest.mark.parametrize(
    ("status", "said", "exit_code", "sentence"),
    [
        (
            401,
            {"detail": "A key with the role submit is required."},
            Exit.REFUSED,
            "A key with the role submit is required;",
        ),
        (503, {"detail": "The disk is full."}, Exit.UNREACHABLE, "The disk is full."),
        (500, b"oops", Exit.REFUSED, "The coordinator answered 500."),
        (200, b"<html>", Exit.REFUSED, "What answers at"),
    ],
)
def test_what_goes_wrong_at_the_coordinator_is_told_in_its_own_words(run, stub, status, said, exit_code, sentence):
    stub.answers[BULK] = (status, said)
    result = run("submit", "--coordinator", stub.url, "91")
    assert result.exit_code == exit_code
    assert result.stderr.startswith(sentence)


def test_where_nobody_answers_that_is_said(run, monkeypatch):
    monkeypatch.setattr(wire, "STARTING_SECONDS", 0)
    result = run("submit", "--coordinator", "http://127.0.0.1:9", "91")
    assert result.exit_code == Exit.UNREACHABLE
    assert result.stderr.startswith("No coordinator answers at http://127.0.0.1:9 ")


@pytest.mark.parametrize("url", ["", "nowhere", "127.0.0.1:8000", "ftp://example.org", "http://", "http://a..b"])
def test_what_is_no_address_of_a_coordinator_is_refused(run, url):
    result = run("submit", "--coordinator", url, "91")
    assert result.exit_code == Exit.USAGE
    assert result.stderr.startswith(f"{url!r} is not the address of a coordinator")
